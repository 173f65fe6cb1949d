/* SPDX-License-Identifier: MIT */

/* wrun.exe PROGRAM ARGUMENT...: runs a Windows program under Wine whose output
   goes to a pipe of Unix. Node cannot write to such a pipe: libuv asks the pipe
   for what Wine does not know of it, and then answers EBADF. So the program
   gets pipes of Windows, and two threads copy what comes out of them to where
   this program's own output goes. It answers the program's exit code; and if it
   is killed, so is the program, with all that the program has started. */

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <process.h>
#include <stdio.h>
#include <wchar.h>

struct copy {
  HANDLE from;
  HANDLE to;
};

static unsigned __stdcall copy_all(void *data) {
  struct copy *copy = data;
  char buffer[1 << 16];
  DWORD size, done;
  while (ReadFile(copy->from, buffer, sizeof buffer, &size, NULL) && size > 0)
    for (DWORD at = 0; at < size; at += done)
      if (!WriteFile(copy->to, buffer + at, size - at, &done, NULL)) return 1;
  return 0;
}

/* The command line behind its first word, which names this program. */
static wchar_t *
arguments(void) {
  wchar_t *rest = GetCommandLineW();
  wchar_t end = *rest == L'"' ? L'"' : L' ';
  for (rest++; *rest != end && *rest != L'\0'; rest++)
    continue;
  if (*rest == L'"') rest++;
  while (*rest == L' ')
    rest++;
  return rest;
}

static void
fail(const char *what) {
  fprintf(stderr, "wrun: %s: error %lu\n", what, GetLastError());
  ExitProcess(1);
}

/* A pipe to this process's `standard`; answers its end that the child gets. */
static HANDLE
pipe_to(DWORD standard, struct copy *copy) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  HANDLE end;
  copy->to = GetStdHandle(standard);
  if (!CreatePipe(&copy->from, &end, &inherited, 0)) fail("CreatePipe");
  SetHandleInformation(copy->from, HANDLE_FLAG_INHERIT, 0);
  return end;
}

/* Whoever is in the job ends with its last handle, which is this process's. */
static void
enter_job(void) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  HANDLE job = CreateJobObjectW(NULL, NULL);
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (!SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits,
                               sizeof limits) ||
      !AssignProcessToJobObject(job, GetCurrentProcess()))
    fail("the job");
}

int
main(void) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  struct copy copies[2];
  HANDLE threads[2];
  PROCESS_INFORMATION child;
  DWORD code;
  STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
  enter_job();
  start.hStdInput = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ,
                                &inherited, OPEN_EXISTING, 0, NULL);
  start.hStdOutput = pipe_to(STD_OUTPUT_HANDLE, &copies[0]);
  start.hStdError = pipe_to(STD_ERROR_HANDLE, &copies[1]);
  if (!CreateProcessW(NULL, arguments(), NULL, NULL, TRUE, 0, NULL, NULL,
                      &start, &child))
    fail("CreateProcess");
  /* The copies end when the child's ends of the pipes are closed: all of them,
     this process's too. */
  CloseHandle(start.hStdOutput);
  CloseHandle(start.hStdError);
  for (int i = 0; i < 2; i++)
    threads[i] = (HANDLE)_beginthreadex(NULL, 0, copy_all, &copies[i], 0, NULL);
  WaitForSingleObject(child.hProcess, INFINITE);
  WaitForMultipleObjects(2, threads, TRUE, INFINITE);
  GetExitCodeProcess(child.hProcess, &code);
  return (int)code;
}
