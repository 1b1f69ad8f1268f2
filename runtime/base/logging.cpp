#include "runtime/base/logging.h"

#include <algorithm>
#include <vector>

#include "runtime/base/strings.h"

namespace wavetank {
namespace {

std::string_view LevelName(const LogRecord& record) {
  if (record.level == LogLevel::kError) return "ERROR";
  return record.verbosity > 0 ? "DEBUG" : "INFO";
}

bool NeedsQuotes(std::string_view text) {
  return text.empty() || !std::ranges::all_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte > ' ' && byte < 0x7F && c != '"' && c != '=' && c != '\\';
         });
}

void AppendText(std::string_view key, std::string_view value, std::string& out) {
  out += ' ';
  out += key;
  out += '=';
  out += NeedsQuotes(value) ? Quote(value) : std::string(value);
}

void AppendMember(std::string_view key, const LogValue& value, std::string& out) {
  out += out.empty() ? '{' : ',';
  AppendJsonString(key, out);
  out += ':';
  if (value.text() != nullptr) {
    AppendJsonString(*value.text(), out);
  } else {
    out += value.ToString();
  }
}

}  // namespace

std::string LogValue::ToString() const {
  struct Print {
    std::string operator()(std::string_view text) const { return std::string(text); }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(int64_t value) const { return std::to_string(value); }
    std::string operator()(uint64_t value) const { return std::to_string(value); }
  };
  return std::visit(Print{}, value_);
}

std::string FormatLogText(const LogRecord& record) {
  std::string out;
  if (record.time.has_value()) out = FormatMicroTime(*record.time) + " ";
  out += LevelName(record);
  out += ' ';
  if (!record.name.empty()) out.append(record.name).append(": ");
  // A message is prose: it stays as it is, but for line ends, which would break the line.
  const bool one_line = record.message.find_first_of("\r\n") == record.message.npos;
  out += one_line ? std::string(record.message) : Quote(record.message);
  if (record.error != nullptr) AppendText("error", record.error->ToString(), out);
  for (const LogField& field : record.fields) AppendText(field.key, field.value.ToString(), out);
  return out;
}

std::string FormatLogJson(const LogRecord& record) {
  std::string out;
  std::string level(LevelName(record));
  for (char& c : level) c = static_cast<char>(c - 'A' + 'a');
  if (record.time.has_value()) AppendMember("ts", FormatMicroTime(*record.time), out);
  AppendMember("level", level, out);
  if (record.verbosity > 0) AppendMember("v", record.verbosity, out);
  if (!record.name.empty()) AppendMember("logger", record.name, out);
  AppendMember("msg", record.message, out);
  if (record.error != nullptr) AppendMember("error", record.error->ToString(), out);
  for (const LogField& field : record.fields) AppendMember(field.key, field.value, out);
  out += '}';
  return out;
}

void MemorySink::Write(const LogRecord& record) {
  if (capacity_ == 0) {
    ++dropped_;
    return;
  }
  if (lines_.size() == capacity_) {
    lines_.pop_front();
    ++dropped_;
  }
  lines_.push_back(FormatLogText(record));
}

void MemorySink::Clear() {
  lines_.clear();
  dropped_ = 0;
}

struct Logger::Shared {
  // A LogField whose strings are its own.
  struct Field {
    std::string key;
    std::string text;  // of a string value
    LogValue other;    // of any other
    bool is_text;
  };
  std::shared_ptr<LogSink> sink;
  Clock clock;
  int max_verbosity = 0;
  std::string name;
  std::vector<Field> fields;
};

Logger::Logger(std::shared_ptr<LogSink> sink, Clock clock, int max_verbosity) {
  if (sink == nullptr) return;
  auto shared = std::make_shared<Shared>();
  shared->sink = std::move(sink);
  shared->clock = std::move(clock);
  shared->max_verbosity = max_verbosity;
  shared_ = std::move(shared);
}

Logger Logger::WithName(std::string_view name) const {
  if (shared_ == nullptr || name.empty()) return *this;
  auto shared = std::make_shared<Shared>(*shared_);
  if (!shared->name.empty()) shared->name += '.';
  shared->name += name;
  Logger out = *this;
  out.shared_ = std::move(shared);
  return out;
}

Logger Logger::WithValues(std::initializer_list<LogField> fields) const {
  if (shared_ == nullptr || fields.size() == 0) return *this;
  auto shared = std::make_shared<Shared>(*shared_);
  for (const LogField& field : fields) {
    const bool is_text = field.value.text() != nullptr;
    shared->fields.push_back({std::string(field.key), is_text ? std::string(*field.value.text()) : std::string(),
                              is_text ? LogValue(0) : field.value, is_text});
  }
  Logger out = *this;
  out.shared_ = std::move(shared);
  return out;
}

Logger Logger::V(int more) const {
  WT_CHECK(more >= 0, "verbosity only grows");
  Logger out = *this;
  out.verbosity_ += more;
  return out;
}

int Logger::MaxVerbosity() const { return shared_->max_verbosity; }

void Logger::Write(LogLevel level, const Status* error, std::string_view message,
                   std::span<const LogField> fields) const {
  const int verbosity = level == LogLevel::kError ? 0 : verbosity_;
  if (level == LogLevel::kInfo && verbosity > shared_->max_verbosity) return;
  std::vector<LogField> all;
  if (!shared_->fields.empty()) {
    all.reserve(shared_->fields.size() + fields.size());
    for (const Shared::Field& field : shared_->fields) {
      all.push_back({field.key, field.is_text ? LogValue(field.text) : field.other});
    }
    all.insert(all.end(), fields.begin(), fields.end());
    fields = all;
  }
  LogRecord record{.level = level,
                   .verbosity = verbosity,
                   .name = shared_->name,
                   .message = message,
                   .error = error,
                   .fields = fields};
  if (shared_->clock) record.time = shared_->clock();
  shared_->sink->Write(record);
}

}  // namespace wavetank
