/* SPDX-License-Identifier: MIT */

/* node-addon-api's TypedThreadSafeFunction and, for a number also, its untyped
   ThreadSafeFunction, used as its documentation says. */

#include <napi.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "adapter.h"

namespace {

struct Point {
  double x, y, z, w;
};

struct Line {
  std::string path, text;
};

struct Payload {
  size_t size;
  void *data;
  ~Payload() {
    std::free(data);
  }
};

/* --- what a callback gets ------------------------------------------------ */

using Context = void;

void
CallNumber(Napi::Env env, Napi::Function callback, Context *, void *data) {
  if (env == nullptr) return;
  callback.Call({Napi::Number::New(
      env, static_cast<double>(reinterpret_cast<uintptr_t>(data)))});
}

void
CallRecord(Napi::Env env, Napi::Function callback, Context *, Point *data) {
  if (env != nullptr) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("x", data->x);
    object.Set("y", data->y);
    object.Set("z", data->z);
    object.Set("w", data->w);
    callback.Call({object});
  }
  delete data;
}

void
CallStrings(Napi::Env env, Napi::Function callback, Context *, Line *data) {
  if (env != nullptr) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("path", data->path);
    object.Set("text", data->text);
    callback.Call({object});
  }
  delete data;
}

void
CallBytes(Napi::Env env, Napi::Function callback, Context *, Payload *data) {
  if (env != nullptr)
    callback.Call({Napi::Buffer<uint8_t>::Copy(
        env, static_cast<uint8_t *>(data->data), data->size)});
  delete data;
}

/* --- typed --------------------------------------------------------------- */

template <typename Data,
          void (*Call)(Napi::Env, Napi::Function, Context *, Data *)>
struct Typed {
  using Function = Napi::TypedThreadSafeFunction<Context, Data, Call>;

  static bool
  Create(bench_function *self, napi_env env, napi_value callback) {
    self->handle = new Function(Function::New(
        env, Napi::Function(env, callback), "bench", self->bound, 1, nullptr,
        [](Napi::Env, void *, Context *) { bench_finalized(); },
        static_cast<void *>(nullptr)));
    return true;
  }

  static bool
  Send(bench_function *self, Data *data) {
    return static_cast<Function *>(self->handle)->BlockingCall(data) == napi_ok;
  }

  static void
  Release(bench_function *self) {
    Function *function = static_cast<Function *>(self->handle);
    function->Release();
    delete function;
  }
};

using Numbers = Typed<void, CallNumber>;
using Records = Typed<Point, CallRecord>;
using Strings = Typed<Line, CallStrings>;
using Bytes = Typed<Payload, CallBytes>;

bool
SendNumber(bench_function *self, uint64_t i) {
  return Numbers::Send(self, reinterpret_cast<void *>(i));
}

bool
SendRecord(bench_function *self, uint64_t i) {
  double x = static_cast<double>(i);
  return Records::Send(self, new Point{x, x + 1, x + 2, x + 3});
}

bool
SendStrings(bench_function *self, uint64_t) {
  const char *text = bench_text(self->size);
  return Strings::Send(self, new Line{text, text});
}

bool
SendBytes(bench_function *self, uint64_t) {
  void *data = std::malloc(self->size);
  std::memcpy(data, bench_payload(self->size), self->size);
  return Bytes::Send(self, new Payload{self->size, data});
}

/* --- untyped ------------------------------------------------------------- */

bool
CreateUntyped(bench_function *self, napi_env env, napi_value callback) {
  self->handle = new Napi::ThreadSafeFunction(Napi::ThreadSafeFunction::New(
      env, Napi::Function(env, callback), "bench", self->bound, 1,
      [](Napi::Env) { bench_finalized(); }));
  return true;
}

bool
SendUntyped(bench_function *self, uint64_t i) {
  auto call = [i](Napi::Env env, Napi::Function callback) {
    callback.Call({Napi::Number::New(env, static_cast<double>(i))});
  };
  return static_cast<Napi::ThreadSafeFunction *>(self->handle)
             ->BlockingCall(call) == napi_ok;
}

void
ReleaseUntyped(bench_function *self) {
  auto *function = static_cast<Napi::ThreadSafeFunction *>(self->handle);
  function->Release();
  delete function;
}

} // namespace

extern "C" const bench_kind bench_kinds[] = {
    {"number", Numbers::Create, SendNumber, nullptr, Numbers::Release},
    {"untyped", CreateUntyped, SendUntyped, nullptr, ReleaseUntyped},
    {"record", Records::Create, SendRecord, nullptr, Records::Release},
    {"strings", Strings::Create, SendStrings, nullptr, Strings::Release},
    {"bytes", Bytes::Create, SendBytes, nullptr, Bytes::Release},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
