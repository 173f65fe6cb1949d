/* SPDX-License-Identifier: MIT */

/* node-addon-api's classes as authors use them. Only `active` and `accepted`
   know of libtsfn. */

#include <napi.h>
#include <tsfn/dropin.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

tsfn_stats stats; // of the function that ended last

void
Remember(napi_threadsafe_function function) {
  tsfn_get_stats(tsfn_dropin_function(function), &stats);
}

/* --- ThreadSafeFunction: each call has a callback and data of its own ------ */

struct Point {
  double x, y;
};

Napi::Value
Untyped(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  auto thread = std::make_shared<std::thread>();
  auto function = Napi::ThreadSafeFunction::New(
      env, info[0].As<Napi::Function>(), "untyped", 2, 1,
      [thread](Napi::Env) { thread->join(); });
  *thread = std::thread([function]() {
    function.BlockingCall([](Napi::Env env, Napi::Function callback) {
      callback.Call({Napi::String::New(env, "no data")});
    });
    auto *text = new std::string("text");
    function.BlockingCall(
        text, [](Napi::Env env, Napi::Function callback, std::string *data) {
          callback.Call({Napi::String::New(env, *data)});
          delete data;
        });
    auto *point = new Point{1, 2};
    function.BlockingCall(
        point, [](Napi::Env env, Napi::Function callback, Point *data) {
          callback.Call({Napi::Number::New(env, data->x + data->y)});
          delete data;
        });
    function.BlockingCall();
    Remember(function);
    function.Release();
  });
  return env.Undefined();
}

/* --- TypedThreadSafeFunction ---------------------------------------------- */

struct Context {
  std::thread thread;
  std::atomic<int> freed{0};
};

void
CallTyped(Napi::Env env, Napi::Function callback, Context *context, int *data) {
  if (env != nullptr && callback != nullptr)
    callback.Call({Napi::Number::New(env, *data)});
  else
    context->freed++;
  delete data;
}

using Typed = Napi::TypedThreadSafeFunction<Context, int, CallTyped>;

/* typed(callback, abort, ended): calls from a thread; with abort from here, and
   all that is queued is handed back. */
Napi::Value
TypedCalls(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  bool aborts = info[1].ToBoolean();
  auto ended = std::make_shared<Napi::FunctionReference>(
      Napi::Persistent(info[2].As<Napi::Function>()));
  auto *context = new Context;
  Typed function = Typed::New(
      env, info[0].As<Napi::Function>(), "typed", 0, 1, context,
      [ended](Napi::Env env, void *, Context *context) {
        if (context->thread.joinable()) context->thread.join();
        ended->Call({Napi::Number::New(env, context->freed)});
        delete context;
      },
      static_cast<void *>(nullptr));
  auto send = [function]() mutable {
    for (int n = 0; n < 3; n++)
      function.NonBlockingCall(new int(n));
    Remember(function);
  };
  if (aborts) {
    send();
    function.Abort();
  } else {
    context->thread = std::thread([send, function]() mutable {
      send();
      function.Release();
    });
  }
  return env.Undefined();
}

/* No callback, no context, no data: the class's own defaults. */
Napi::Value
TypedDefaults(const Napi::CallbackInfo &info) {
  using Plain = Napi::TypedThreadSafeFunction<>;
  Plain function =
      Plain::New(info.Env(), info[0].As<Napi::Function>(), "defaults", 0, 1);
  function.NonBlockingCall();
  function.NonBlockingCall();
  Remember(function);
  function.Release();
  return info.Env().Undefined();
}

std::atomic<int> calls_without_callback;

void
CallWithout(Napi::Env, Napi::Function callback, std::nullptr_t *, void *) {
  if (callback.IsEmpty()) calls_without_callback++;
}

/* std::nullptr_t as the callback: there is none. */
Napi::Value
TypedWithout(const Napi::CallbackInfo &info) {
  using Without =
      Napi::TypedThreadSafeFunction<std::nullptr_t, void, CallWithout>;
  auto ended = std::make_shared<Napi::FunctionReference>(
      Napi::Persistent(info[0].As<Napi::Function>()));
  Without function = Without::New(
      info.Env(), nullptr, Napi::Object::New(info.Env()), "without", 0, 1,
      static_cast<std::nullptr_t *>(nullptr),
      [ended](Napi::Env env, void *, std::nullptr_t *) {
        ended->Call({Napi::Number::New(env, calls_without_callback)});
      },
      static_cast<void *>(nullptr));
  function.NonBlockingCall(nullptr);
  function.NonBlockingCall(nullptr);
  Remember(function);
  function.Release();
  return info.Env().Undefined();
}

/* --- workers --------------------------------------------------------------- */

template <class Base> class Worker : public Base {
public:
  Worker(const Napi::Function &done, const Napi::Function &progress, int count)
      : Base(done), progress_(Napi::Persistent(progress)), count_(count) {}

  void
  Execute(const typename Base::ExecutionProgress &progress) override {
    for (int n = 1; n <= count_; n++)
      progress.Send(&n, 1);
  }

  void
  OnProgress(const int *data, size_t count) override {
    Napi::Env env = this->Env();
    Napi::HandleScope scope(env);
    if (data != nullptr)
      progress_.Call({Napi::Number::New(env, data[count - 1])});
  }

private:
  Napi::FunctionReference progress_;
  int count_;
};

template <class Base>
Napi::Value
Work(const Napi::CallbackInfo &info) {
  (new Worker<Base>(info[0].As<Napi::Function>(), info[1].As<Napi::Function>(),
                    info[2].ToNumber()))
      ->Queue();
  return info.Env().Undefined();
}

/* --- what the tests ask ---------------------------------------------------- */

Napi::Value
Active(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), tsfn_dropin_active());
}

Napi::Value
Accepted(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), static_cast<double>(stats.accepted));
}

Napi::Object
Init(Napi::Env env, Napi::Object exports) {
  exports["untyped"] = Napi::Function::New(env, Untyped);
  exports["typed"] = Napi::Function::New(env, TypedCalls);
  exports["typedDefaults"] = Napi::Function::New(env, TypedDefaults);
  exports["typedWithout"] = Napi::Function::New(env, TypedWithout);
  exports["worker"] =
      Napi::Function::New(env, Work<Napi::AsyncProgressWorker<int>>);
  exports["queueWorker"] =
      Napi::Function::New(env, Work<Napi::AsyncProgressQueueWorker<int>>);
  exports["active"] = Napi::Function::New(env, Active);
  exports["accepted"] = Napi::Function::New(env, Accepted);
  return exports;
}

} // namespace

NODE_API_MODULE(cplusplus, Init)
