#include "sim/front/openapi_pages.h"

#include "runtime/base/time.h"
#include "runtime/value/json.h"
#include "runtime/wire/gzip.h"

namespace wavetank::sim {
namespace {

using Page = std::optional<HttpResponse>;

constexpr std::string_view kV2Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
// The older spelling of the same.
constexpr std::string_view kV2ProtobufAt = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

// The first of `offered` that the client takes; empty: none.
std::string_view Choose(const Wishes& wishes, std::initializer_list<std::string_view> offered) {
  const std::vector<MediaClause> clauses = ParseAccept(wishes.accept);
  if (clauses.empty()) return *offered.begin();
  for (const MediaClause& clause : clauses) {
    if (clause.type == "*/*" || clause.type == "application/*") return *offered.begin();
    for (const std::string_view type : offered) {
      if (clause.type == type) return type;
    }
  }
  return {};
}

// No body, and so no type.
HttpResponse Empty(int status) {
  HttpResponse page;
  page.status = status;
  return page;
}

// 304 to who has it already; large answers are packed for who takes that.
HttpResponse Tagged(const PageRequest& request, const OpenApiCache::Page& page, std::string_view type) {
  HttpResponse out;
  const std::string tag = "\"" + page.hash + "\"";
  AddHeader(out.headers, "Etag", tag);
  const std::string* known = request.http.Find("If-None-Match");
  if (known != nullptr && *known == tag) {
    out.status = 304;
    return out;
  }
  AddHeader(out.headers, "Content-Type", type);
  out.body = page.text;
  if (request.wishes.accept_encoding.find("gzip") != std::string_view::npos) {
    out.body = Gzip(out.body);
    AddHeader(out.headers, "Content-Encoding", "gzip");
  }
  return out;
}

Page ServeIndex(const PageRequest& request) {
  HttpResponse page;
  page.body = WriteJson(OpenApiV3Index(request.server.kinds()));
  AddHeader(page.headers, "Content-Type", "text/plain; charset=utf-8");
  Finish(page, false);
  return page;
}

// "Mon, 02 Jan 2006 15:04:05 GMT", a year from now.
std::string NextYear(Time now) {
  constexpr std::string_view kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Time then = now + std::chrono::hours(24 * 365);
  const std::string text = FormatTime(then);  // 2006-01-02T15:04:05Z
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  const int64_t day = then.seconds() / 86'400;
  std::string out(kDays[static_cast<size_t>(day % 7)]);
  out +=
      ", " + text.substr(8, 2) + " " + std::string(kMonths[static_cast<size_t>(month - 1)]) + " " + text.substr(0, 4);
  return out + " " + text.substr(11, 8) + " GMT";
}

Page ServeV3(const PageRequest& request) {
  std::string_view path = request.target.path;
  path.remove_prefix(std::string_view("/openapi/v3/").size());
  const OpenApiCache::Page* page = request.openapi.V3(request.server.kinds(), path);
  HttpResponse out = Empty(404);
  if (page != nullptr) {
    const std::string* hash = request.target.query.Find("hash");
    const bool wanted = hash != nullptr && !hash->empty();
    if (Choose(request.wishes, {"application/json"}).empty()) {
      out = Empty(406);
    } else if (wanted && *hash != page->hash) {
      out = Empty(301);
      AddHeader(out.headers, "Location", "/openapi/v3/" + std::string(path) + "?hash=" + page->hash);
      AddHeader(out.headers, "Content-Type", "application/json");
    } else {
      out = Tagged(request, *page, "application/json");
      if (wanted) AddHeader(out.headers, "Cache-Control", "public, immutable");
      if (wanted) AddHeader(out.headers, "Expires", NextYear(request.now));
    }
    AddHeader(out.headers, "Vary", "Accept");
  }
  Finish(out, false);
  return out;
}

Page ServeV2(const PageRequest& request) {
  const KindRegistry& kinds = request.server.kinds();
  const std::string_view type = Choose(request.wishes, {"application/json", kV2Protobuf, kV2ProtobufAt});
  HttpResponse out = Empty(406);
  if (type == "application/json") {
    out = Tagged(request, request.openapi.V2Json(kinds), type);
  } else if (!type.empty()) {
    out = Tagged(request, request.openapi.V2Protobuf(kinds), kV2Protobuf);
  }
  AddHeader(out.headers, "Vary", "Accept-Encoding");
  AddHeader(out.headers, "Vary", "Accept");
  Finish(out, false);
  return out;
}

constexpr PageRow kRows[] = {
    {"openapi/v2", ServeV2, PageMethods::kAny},
    {"openapi/v3", ServeIndex, PageMethods::kAny},
    {"openapi/v3/**", ServeV3, PageMethods::kAny},
};

}  // namespace

std::span<const PageRow> OpenApiPages() { return kRows; }

}  // namespace wavetank::sim
