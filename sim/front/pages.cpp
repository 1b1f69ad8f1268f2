#include "sim/front/pages.h"

#include "runtime/api/status_error.h"
#include "sim/front/discovery_pages.h"
#include "sim/front/openapi_pages.h"

namespace wavetank::sim {
namespace {

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

std::optional<HttpResponse> ServePage(const HttpRequest& http, const Target& target, const Wishes& wishes,
                                      const ApiServer& server, OpenApiCache& openapi, Time now) {
  if (target.path.find("//") != std::string::npos) return std::nullopt;
  const PageRequest request{http, target, wishes, server, openapi, now, SegmentsOf(target.path)};
  for (const std::span<const PageRow> rows : {DiscoveryPages(), OpenApiPages()}) {
    for (const PageRow& row : rows) {
      if (!Fits(row.pattern, request.segments)) continue;
      if (row.methods == PageMethods::kGet && http.method != "GET") {
        if (!row.serve(request).has_value()) return std::nullopt;
        return EncodeStatus(MethodNotAllowedError(), server.kinds(), FormatForErrors(wishes));
      }
      return row.serve(request);
    }
  }
  return std::nullopt;
}

HttpResponse DocumentPage(const PageRequest& request, const Value& document, PageDoor door) {
  const KindRegistry& kinds = request.server.kinds();
  // Clauses that ask for a transform lead nowhere; the others decide.
  bool known = false;
  bool transforms = false;
  AnswerFormat format = FormatForErrors(request.wishes);
  for (const MediaClause& clause : ParseAccept(request.wishes.accept)) {
    if (clause.type != "*/*" && FindCodec(clause.type) == nullptr) continue;
    transforms = transforms || !clause.Param("as").empty();
    known = known || clause.Param("as").empty();
  }
  if (known || request.wishes.accept.empty()) return EncodeDocument(200, document, kinds, format);
  if (door == PageDoor::kRouter && !transforms) {
    return EncodeStatus(RouterNotAcceptable("406: Not Acceptable\n\nAvailable representations: " + CodecNames()), kinds,
                        format);
  }
  return EncodeStatus(NotAcceptableError("only the following media types are accepted: " + CodecNames()), kinds,
                      format);
}

}  // namespace wavetank::sim
