#include "sim/front/pages.h"

#include "runtime/api/status_error.h"

namespace wavetank::sim {
namespace {

std::optional<HttpResponse> Healthy(const PageRequest&) { return PlainPage(200, "ok"); }

constexpr PageRow kRows[] = {
    {"healthz", Healthy, true},
    {"livez", Healthy, true},
    {"readyz", Healthy, true},
};

std::vector<std::string_view> SegmentsOf(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.ends_with('/') && path.size() > 1) path.remove_suffix(1);
  if (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    segments.push_back(segment);
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
  }
  return segments;
}

bool Fits(std::string_view pattern, std::span<const std::string_view> segments) {
  for (size_t i = 0;; ++i) {
    if (pattern.empty()) return i == segments.size();
    const std::string_view part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(pattern.size(), part.size() + 1));
    if (part == "**") return true;
    if (i == segments.size() || (part != "*" && part != segments[i])) return false;
  }
}

}  // namespace

std::span<const PageRow> PageRows() { return kRows; }

std::optional<HttpResponse> ServePage(const HttpRequest& http, const Target& target, const Wishes& wishes,
                                      const ApiServer& server, Time now) {
  if (target.path.find("//") != std::string::npos) return std::nullopt;
  const PageRequest request{http, target, wishes, server, now, SegmentsOf(target.path)};
  for (const PageRow& row : PageRows()) {
    if (!Fits(row.pattern, request.segments)) continue;
    const bool allowed = http.method == "GET" || (row.head && http.method == "HEAD");
    if (!allowed) return EncodeStatus(MethodNotAllowedError(), server.kinds(), FormatForErrors(wishes));
    return row.serve(request);
  }
  return std::nullopt;
}

HttpResponse DocumentPage(const PageRequest& request, const Value& document) {
  Result<AnswerFormat> format = Negotiate(request.wishes, Endpoint::kObject, false);
  if (!format.ok()) return EncodeStatus(format.status(), request.server.kinds(), FormatForErrors(request.wishes));
  return EncodeDocument(200, document, request.server.kinds(), *format);
}

}  // namespace wavetank::sim
