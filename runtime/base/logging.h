// Structured logs: a message, a name, and keys with values, as controller authors know them from logr.
//
//   Logger log(std::make_shared<SpdlogSink>(), [&executor] { return executor.Now(); });
//   log = log.WithName("builder-examples").WithValues({{"namespace", "default"}});
//   log.Info("Reconcile", {{"pods", 3}});
//   log.Error(status, "Reconciler error", {{"name", request.name}});
//   log.V(1).Info("Nothing to do");              // dropped unless the logger was made with max_verbosity >= 1
//
// A Logger is a small value: copy it, keep it in a member. A default Logger writes nowhere, and a dropped line costs one
// branch. Keys and values of a call are only looked at during the call; WithValues copies them.
//
// The time of a record comes from the logger's clock, which is the executor's. Only SpdlogSink may ask the machine, when
// there is no clock. Sinks never throw. Threads: none, as everywhere in the runtime.
#pragma once

#include <concepts>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/base/status.h"
#include "runtime/base/time.h"

namespace wavetank {

// A string, a boolean or an integer. A string is borrowed: it lives as long as the call.
class LogValue {
 public:
  LogValue(std::string_view text) : value_(text) {}                      // NOLINT(google-explicit-constructor)
  LogValue(const std::string& text) : value_(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  LogValue(const char* text) : value_(std::string_view(text)) {}         // NOLINT(google-explicit-constructor)
  LogValue(std::same_as<bool> auto value) : value_(value) {}             // NOLINT(google-explicit-constructor)
  LogValue(std::signed_integral auto value) : value_(int64_t{value}) {}  // NOLINT(google-explicit-constructor)
  LogValue(std::unsigned_integral auto value)                            // NOLINT(google-explicit-constructor)
    requires(!std::same_as<decltype(value), bool>)
      : value_(uint64_t{value}) {}

  // Null when it is no string.
  const std::string_view* text() const { return std::get_if<std::string_view>(&value_); }
  // "true", "-3", or the string as it is.
  std::string ToString() const;

 private:
  std::variant<std::string_view, bool, int64_t, uint64_t> value_;
};

struct LogField {
  std::string_view key;
  LogValue value;
};

enum class LogLevel : uint8_t { kInfo, kError };

// One line, borrowed for the duration of Write.
struct LogRecord {
  LogLevel level = LogLevel::kInfo;
  int verbosity = 0;  // of V(); 0 for errors
  std::optional<Time> time;
  std::string_view name;  // "manager.replicaset"
  std::string_view message;
  const Status* error = nullptr;     // of Error(), null otherwise
  std::span<const LogField> fields;  // those of WithValues first
};

// `2025-01-01T00:00:00.000000Z INFO manager.replicaset: Reconcile namespace=default pods=3`; without a time when the
// record has none. Values with blanks, quotes or control characters are quoted.
std::string FormatLogText(const LogRecord& record);
// {"ts":"...","level":"info","logger":"...","msg":"...","namespace":"default","pods":3}
std::string FormatLogJson(const LogRecord& record);

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(const LogRecord& record) = 0;
};

class NullSink final : public LogSink {
 public:
  void Write(const LogRecord&) override {}
};

// Keeps the last `capacity` lines, for tests and reports.
class MemorySink final : public LogSink {
 public:
  explicit MemorySink(size_t capacity = 10'000) : capacity_(capacity) {}
  void Write(const LogRecord& record) override;
  const std::deque<std::string>& lines() const { return lines_; }
  // How many older lines gave way.
  uint64_t dropped() const { return dropped_; }
  void Clear();

 private:
  size_t capacity_;
  std::deque<std::string> lines_;
  uint64_t dropped_ = 0;
};

// Production: text or JSON lines on standard error.
class SpdlogSink final : public LogSink {
 public:
  enum class Format : uint8_t { kText, kJson };
  explicit SpdlogSink(Format format = Format::kText);
  ~SpdlogSink() override;
  void Write(const LogRecord& record) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Logger {
 public:
  using Clock = std::function<Time()>;

  Logger() = default;  // writes nowhere
  explicit Logger(std::shared_ptr<LogSink> sink, Clock clock = {}, int max_verbosity = 0);

  // Names join with a dot.
  Logger WithName(std::string_view name) const;
  Logger WithValues(std::initializer_list<LogField> fields) const;
  // Lines of lesser importance; V(1).V(1) is V(2). REQUIRES: more >= 0.
  Logger V(int more) const;

  // Whether Info would write: ask before computing something only for a log line.
  bool enabled() const { return shared_ != nullptr && verbosity_ <= MaxVerbosity(); }

  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    if (shared_ != nullptr) [[unlikely]]
      Write(LogLevel::kInfo, nullptr, message, fields);
  }
  // Written whatever the verbosity.
  void Error(const Status& error, std::string_view message, std::initializer_list<LogField> fields = {}) const {
    if (shared_ != nullptr) [[unlikely]]
      Write(LogLevel::kError, &error, message, fields);
  }

 private:
  struct Shared;
  int MaxVerbosity() const;
  void Write(LogLevel level, const Status* error, std::string_view message, std::span<const LogField> fields) const;

  std::shared_ptr<const Shared> shared_;
  int verbosity_ = 0;
};

}  // namespace wavetank
