// The production sink of logging.h. The only place that sees spdlog.
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "runtime/base/logging.h"

namespace wavetank {

// A logger of its own, not registered: spdlog's registry is a global.
struct SpdlogSink::Impl {
  Impl(Format f) : format(f), logger("wavetank", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    // The line is ready when it comes here; spdlog adds its own time to lines that have none, and the line end.
    logger.set_level(spdlog::level::trace);
    logger.flush_on(spdlog::level::trace);
    SetPattern(/*with_time=*/false);
  }

  void SetPattern(bool with_time) {
    if (prepared && with_time == timed) return;
    prepared = true;
    timed = with_time;
    const char* pattern = !with_time                ? "%v"
                          : format == Format::kJson ? "{\"ts\":\"%Y-%m-%dT%H:%M:%S.%fZ\",%v"
                                                    : "%Y-%m-%dT%H:%M:%S.%fZ %v";
    logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
  }

  Format format;
  spdlog::logger logger;
  bool prepared = false;
  bool timed = false;
};

SpdlogSink::SpdlogSink(Format format) : impl_(std::make_unique<Impl>(format)) {}
SpdlogSink::~SpdlogSink() = default;

void SpdlogSink::Write(const LogRecord& record) {
  impl_->SetPattern(/*with_time=*/!record.time.has_value());
  std::string line = impl_->format == Format::kJson ? FormatLogJson(record) : FormatLogText(record);
  // In JSON the pattern brings the opening brace along with the time.
  const size_t skip = impl_->format == Format::kJson && !record.time.has_value() ? 1 : 0;
  const auto level = record.level == LogLevel::kError ? spdlog::level::err : spdlog::level::info;
  impl_->logger.log(level, spdlog::string_view_t(line.data() + skip, line.size() - skip));
}

}  // namespace wavetank
