#include "runtime/base/logging.h"

namespace wavetank {

std::string FormatLogRecord(const LogRecord& record) {
  std::string out;
  if (!record.name.empty()) out.append(record.name).append(": ");
  out.append(record.message);
  for (const auto& [key, value] : record.context) out.append(" ").append(key).append("=").append(value);
  for (const auto& [key, value] : record.fields) out.append(" ").append(key).append("=").append(value.ToString());
  if (record.error != nullptr) out.append(" error=").append(record.error->message());
  return out;
}

void MemorySink::Write(const LogRecord& record) {
  lines_.push_back(FormatLogRecord(record));
  if (lines_.size() > capacity_) lines_.pop_front();
}

Logger Logger::WithName(std::string_view name) const {
  if (sink_ == nullptr) return *this;
  auto context = context_ != nullptr ? std::make_shared<Context>(*context_) : std::make_shared<Context>();
  if (!context->name.empty()) context->name += ".";
  context->name += name;
  Logger out = *this;
  out.context_ = std::move(context);
  return out;
}

Logger Logger::WithValues(LogFields fields) const {
  if (sink_ == nullptr) return *this;
  auto context = context_ != nullptr ? std::make_shared<Context>(*context_) : std::make_shared<Context>();
  for (const auto& [key, value] : fields) context->values.emplace_back(key, value.ToString());
  Logger out = *this;
  out.context_ = std::move(context);
  return out;
}

Logger Logger::V(int level) const {
  Logger out = *this;
  out.verbosity_ = level;
  return out;
}

void Logger::Write(LogLevel level, std::string_view message, const Status* error, LogFields fields) const {
  LogRecord record;
  record.level = level;
  record.verbosity = verbosity_;
  record.message = message;
  record.error = error;
  record.fields = std::span(fields.begin(), fields.size());
  if (context_ != nullptr) {
    record.name = context_->name;
    record.context = context_->values;
  }
  sink_->Write(record);
}

}  // namespace wavetank
