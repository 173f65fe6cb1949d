/* SPDX-License-Identifier: MIT */

/* node-addon-api's thread-safe classes with callbacks that do not look at their
   env, as most are written: built with each of its ways to report an error,
   against the host's own functions and against ours. */

#include <napi.h>

#include <cstdio>
#include <string>

namespace {

enum What { CALLS, MAKES_VALUES, RESOLVES };

struct Context {
  What what;
  int delivered = 0;
  Napi::Promise::Deferred deferred;
};

void
Deliver(Napi::Env env, Napi::Function callback, Context *context, int *data) {
  int number = *data;
  delete data;
  context->delivered++;
  if (context->what == RESOLVES) {
    context->deferred.Resolve(Napi::Number::New(env, number));
  } else if (context->what == MAKES_VALUES) {
    Napi::HandleScope scope(env);
    Napi::String::New(env, "item");
  } else {
    callback.Call({Napi::String::New(env, "item " + std::to_string(number))});
  }
}

void
Finalize(Napi::Env, void *, Context *context) {
  std::printf("finalized after %d\n", context->delivered);
  std::fflush(stdout);
  delete context;
}

using Typed = Napi::TypedThreadSafeFunction<Context, int, Deliver>;

/* Three items are queued before either returns. `is_unreferenced`: the loop may
   end before it delivers them. */

void
StartTyped(Napi::Env env, Napi::Function callback, Context *context,
           bool is_unreferenced) {
  Typed function =
      Typed::New(env, callback, "typed", 0, 1, context, Finalize);
  if (is_unreferenced) function.Unref(env);
  for (int i = 1; i <= 3; i++) function.NonBlockingCall(new int(i));
}

void
StartUntyped(Napi::Env env, Napi::Function callback, Context *context,
             bool is_unreferenced) {
  auto function = Napi::ThreadSafeFunction::New(
      env, callback, "untyped", 0, 1, context, Finalize,
      static_cast<void *>(nullptr));
  if (is_unreferenced) function.Unref(env);
  for (int i = 1; i <= 3; i++)
    function.NonBlockingCall(
        new int(i), [context](Napi::Env env, Napi::Function callback,
                              int *data) {
          Deliver(env, callback, context, data);
        });
}

/* start(class, what, callback, isUnreferenced) */
Napi::Value
Start(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  auto *context = new Context{
      static_cast<What>(info[1].As<Napi::Number>().Int32Value()), 0,
      Napi::Promise::Deferred(env)};
  auto start = info[0].As<Napi::String>().Utf8Value() == "typed" ? StartTyped
                                                                 : StartUntyped;
  start(env, info[2].As<Napi::Function>(), context,
        info[3].As<Napi::Boolean>().Value());
  return env.Undefined();
}

Napi::Object
Init(Napi::Env env, Napi::Object exports) {
  exports.Set("start", Napi::Function::New(env, Start));
  return exports;
}

} // namespace

NODE_API_MODULE(classes, Init)
