// Logger: structured lines, in the manner of logr.
//
//   Logger log = manager.logger().WithName("builder-examples");
//   log.Info("Reconcile", {{"key", "default/frontend"}, {"pods", 3}});
//   log.Error(status, "Reconciler error");
//   log.V(1).Info("cache synced");
//
// A Logger is a small value. It writes to a LogSink that somebody else owns: the simulator's keeps lines in memory, without
// clock or IO; production's is spdlog (spdlog_sink.h). A default Logger writes nowhere and costs one branch a line.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/base/time.h"

namespace wavetank {

// A text or an integer; lives as long as the call that it is an argument of.
class LogValue {
 public:
  LogValue(std::string_view text) : text_(text) {}                  // NOLINT(google-explicit-constructor)
  LogValue(const std::string& text) : text_(text) {}                // NOLINT(google-explicit-constructor)
  LogValue(const char* text) : text_(text) {}                       // NOLINT(google-explicit-constructor)
  LogValue(int64_t number) : number_(number), is_number_(true) {}   // NOLINT(google-explicit-constructor)
  LogValue(int number) : LogValue(static_cast<int64_t>(number)) {}  // NOLINT(google-explicit-constructor)
  LogValue(uint64_t number) : LogValue(static_cast<int64_t>(number)) {}  // NOLINT(google-explicit-constructor)
  bool is_number() const { return is_number_; }
  int64_t number() const { return number_; }
  std::string ToString() const { return is_number_ ? std::to_string(number_) : std::string(text_); }

 private:
  std::string_view text_;
  int64_t number_ = 0;
  bool is_number_ = false;
};

using LogFields = std::initializer_list<std::pair<std::string_view, LogValue>>;

enum class LogLevel : uint8_t { kDebug, kInfo, kError };

struct LogRecord {
  LogLevel level = LogLevel::kInfo;
  int verbosity = 0;
  std::string_view name;  // "builder-examples.podcount"
  std::string_view message;
  const Status* error = nullptr;
  std::span<const std::pair<std::string, std::string>> context;  // of WithValues
  std::span<const std::pair<std::string_view, LogValue>> fields;
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  // Lines above this verbosity are not even made.
  virtual int verbosity() const { return 0; }
  virtual void Write(const LogRecord& record) = 0;
};

// "name: message key=value ...", as people read it; an error stands at the end.
std::string FormatLogRecord(const LogRecord& record);

// Keeps the last `capacity` lines as text.
class MemorySink final : public LogSink {
 public:
  explicit MemorySink(size_t capacity = 1000, int verbosity = 0) : capacity_(capacity), verbosity_(verbosity) {}
  int verbosity() const override { return verbosity_; }
  void Write(const LogRecord& record) override;
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  const size_t capacity_;
  const int verbosity_;
  std::deque<std::string> lines_;
};

class Logger {
 public:
  Logger() = default;
  explicit Logger(std::shared_ptr<LogSink> sink) : sink_(std::move(sink)) {}

  // Names are joined by dots.
  Logger WithName(std::string_view name) const;
  Logger WithValues(LogFields fields) const;
  // For details: written when the sink's verbosity is at least `level`.
  Logger V(int level) const;

  bool enabled() const { return sink_ != nullptr && verbosity_ <= sink_->verbosity(); }
  void Info(std::string_view message, LogFields fields = {}) const {
    if (enabled()) Write(verbosity_ > 0 ? LogLevel::kDebug : LogLevel::kInfo, message, nullptr, fields);
  }
  void Error(const Status& error, std::string_view message, LogFields fields = {}) const {
    if (sink_ != nullptr) Write(LogLevel::kError, message, &error, fields);
  }

 private:
  struct Context {
    std::string name;
    std::vector<std::pair<std::string, std::string>> values;
  };
  void Write(LogLevel level, std::string_view message, const Status* error, LogFields fields) const;

  std::shared_ptr<LogSink> sink_;
  std::shared_ptr<const Context> context_;
  int verbosity_ = 0;
};

}  // namespace wavetank
