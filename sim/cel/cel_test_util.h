// For the tests of this folder: evaluate one expression over a few documents, and see the outcome as text.
#pragma once

#include <string>
#include <string_view>

#include "runtime/value/json.h"
#include "sim/cel/program.h"

namespace wavetank::cel {

// One row of a table: the expression, and its result in the notation of an expression, or "error: line:column: why".
struct Row {
  std::string_view expression;
  std::string_view expected;
};

inline Value TestDocument(std::string_view text) {
  Result<Value> value = ParseJson(text);
  return value.ok() ? *value : Value("bad test document");
}

// The variables that rows may use: pod, nums, x (3), u (7u), d (1.5), s ("Wave"), big (2^63 as a JSON number), unset.
class TestWorld {
 public:
  TestWorld() {
    Declare("pod",
            Val(TestDocument(R"({"metadata":{"name":"a","namespace":"default","labels":{"app":"web","a.b/c":"d"}},
      "spec":{"replicas":3,"ratio":1.0,"containers":[{"name":"c1","image":"x:1"},{"name":"c2","image":"y:2"}],
      "nothing":null},"status":{"phase":"Running","ready":true}})")));
    Declare("nums", Val(TestDocument("[1, 2, 3, 4]")));
    Declare("x", Val::Int(3));
    Declare("u", Val::Uint(7));
    Declare("d", Val::Double(1.5));
    Declare("s", Val::Text("Wave"));
    Declare("big", Val(TestDocument("9223372036854775808")));
    environment_.AddVariable("unset");
    environment_.AddFunction({"fail", 0, 1, [](std::span<const Val>, Activation&) -> Result<Val> {
                                return Status(Code::kNotFound, "it failed");
                              }});
    environment_.AddFunction({"math.twice", 1, 1, [](std::span<const Val> args, Activation&) -> Result<Val> {
                                return Val::Int(args[0].AsInt() * 2);
                              }});
    environment_.AddComputedVariable("answer",
                                     [](std::span<const Val>, Activation&) -> Result<Val> { return Val::Int(42); });
  }

  const Environment& environment() const { return environment_; }
  Activation& activation() { return activation_; }

  std::string Run(std::string_view expression) {
    const Result<Program> program = Compile(expression, environment_);
    if (!program.ok()) return "compile: " + program.status().message();
    const Result<Val> result = Evaluate(*program, activation_);
    return result.ok() ? result->ToString(1024) : "error: " + result.status().message();
  }

 private:
  void Declare(std::string name, Val value) { activation_.Set(environment_.AddVariable(std::move(name)), value); }

  Environment environment_;
  Activation activation_;
};

}  // namespace wavetank::cel
