#include "runtime/wire/response_codec.h"

#include <algorithm>

#include "runtime/api/status_error.h"
#include "runtime/base/strings.h"
#include "runtime/wire/go_json.h"
#include "runtime/wire/gzip.h"

namespace wavetank {
namespace {

constexpr size_t kGzipFrom = 128u << 10;

const Name kDetails("details");
const Name kRetryAfterSeconds("retryAfterSeconds");

bool IsListKind(const Value& body) { return body[names::kKind].AsString().ends_with("List"); }

Status DocumentError(const Value& document, int code) { return FromStatusDocument(document, code); }

}  // namespace

Value ListDocument(const ApiResponse& response, bool built_in) {
  std::vector<Value> items;
  items.reserve(response.items.size());
  for (const Object& item : response.items) {
    items.push_back(built_in ? WithFields(item.value(), {{names::kApiVersion, Value()}, {names::kKind, Value()}})
                             : item.value());
  }
  Value document = response.body.Set(names::kItems, Value::Array(std::move(items)));
  if (built_in) return document;
  // Unstructured lists always print their token.
  static const Name kContinue("continue");
  const Value& metadata = document[names::kMetadata];
  if (metadata.Has(kContinue)) return document;
  return WithFields(document, {{names::kMetadata, metadata.Set(kContinue, Value(""))}});
}

void Finish(HttpResponse& response, bool gzip) {
  if (response.Find("Cache-Control") == nullptr) AddHeader(response.headers, "Cache-Control", "no-cache, private");
  if (!gzip || response.body.size() <= kGzipFrom) return;
  response.body = Gzip(response.body);
  AddHeader(response.headers, "Content-Encoding", "gzip");
  AddHeader(response.headers, "Vary", "Accept-Encoding");
}

HttpResponse EncodeDocument(int code, const Value& document, const KindRegistry& kinds, const AnswerFormat& format) {
  HttpResponse http;
  http.status = code;
  const TypeInfo* type =
      TypeOfDocument(kinds, document[names::kApiVersion].AsString(), document[names::kKind].AsString());
  const Codec* codec = format.codec;
  Status refused = codec->encode({document, type}, kinds, format.pretty, http.body);
  if (!refused.ok()) {
    // What has no such form is told in JSON, be it an error already or one from here on.
    codec = &JsonCodec();
    const Value shown = code < 400 ? ToStatusDocument(refused) : document;
    http.status = code < 400 ? HttpCode(refused) : code;
    http.body.clear();
    const Status written = codec->encode({shown, TypeOfDocument(kinds, "v1", "Status")}, kinds, true, http.body);
    WT_CHECK(written.ok(), "JSON can say everything");
  }
  AddHeader(http.headers, "Content-Type", codec->media_type);
  if (const int64_t retry = document[kDetails][kRetryAfterSeconds].AsInt();
      retry > 0 && document[names::kKind] == "Status") {
    AddHeader(http.headers, "Retry-After", std::to_string(retry));
  }
  Finish(http, format.gzip);
  return http;
}

HttpResponse EncodeStatus(const Status& status, const KindRegistry& kinds, const AnswerFormat& format) {
  return EncodeDocument(HttpCode(status), ToStatusDocument(status), kinds, format);
}

HttpResponse EncodeResponse(const ApiResponse& response, const ResourceInfo* resource, const KindRegistry& kinds,
                            const AnswerFormat& format) {
  const bool list = !response.object && IsListKind(response.body);
  const bool built_in = resource == nullptr || resource->type != nullptr;
  if (response.code == 204) {  // nothing, in no format
    HttpResponse nothing;
    nothing.status = 204;
    Finish(nothing, false);
    return nothing;
  }
  const Value document = list ? ListDocument(response, built_in) : response.Document();
  HttpResponse http = EncodeDocument(response.code, document, kinds, format);
  for (const String& warning : response.warnings) AddHeader(http.headers, "Warning", WarningHeader(warning.view()));
  return http;
}

HttpResponse PlainPage(int code, std::string_view text) {
  HttpResponse http;
  http.status = code;
  AddHeader(http.headers, "Content-Type", "text/plain; charset=utf-8");
  AddHeader(http.headers, "X-Content-Type-Options", "nosniff");
  http.body = text;
  Finish(http, false);
  return http;
}

HttpResponse WatchHead(const AnswerFormat& format) {
  HttpResponse http;
  const std::string_view stream = format.codec->stream_media_type;
  // JSON streams say plain JSON, as they always did.
  AddHeader(http.headers, "Content-Type",
            format.codec == &JsonCodec() || stream.empty() ? format.codec->media_type : stream);
  Finish(http, false);
  return http;
}

std::string WarningHeader(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) continue;
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return "299 - \"" + quoted + "\"";
}

std::optional<std::string> WarningText(std::string_view header) {
  constexpr std::string_view kStart = "299 - \"";
  if (!header.starts_with(kStart)) return std::nullopt;
  std::string text;
  for (size_t i = kStart.size(); i < header.size(); ++i) {
    if (header[i] == '"') return text;
    if (header[i] == '\\' && i + 1 < header.size()) ++i;
    text.push_back(header[i]);
  }
  return std::nullopt;
}

Result<ApiResponse> ParseResponse(const HttpResponse& http, const KindRegistry& kinds) {
  ApiResponse response;
  response.code = http.status;
  for (const std::string_view header : AllHeaders(http.headers, "Warning")) {
    if (std::optional<std::string> text = WarningText(header); text.has_value()) response.warnings.emplace_back(*text);
  }
  std::string body = http.body;
  if (HeaderText(http.headers, "Content-Encoding") == "gzip") {
    WT_ASSIGN(body, Gunzip(http.body));
  }
  const std::optional<std::string> type = ContentTypeOf(HeaderText(http.headers, "Content-Type"));
  const Codec* codec = type.has_value() ? FindCodec(*type) : nullptr;
  if (codec == nullptr || body.empty()) {  // a page of text: a proxy's, or no API server's
    response.body = ToStatusDocument(response.ok() ? Status() : DocumentError(Value(body), http.status));
    return response;
  }
  BodySource source;
  WT_ASSIGN(Value document, codec->decode(body, {}, kinds, source));
  const bool list = IsListKind(document) && document.Has(names::kItems);
  if (list) {
    const std::string_view item_kind = document[names::kKind].AsString();
    const Value kind(item_kind.substr(0, item_kind.size() - 4));
    for (const Value& item : document[names::kItems].elements()) {
      if (!item.is_object()) return Status(Code::kInvalidArgument, "a list with an item that is no object");
      const bool named = item.Has(names::kKind);
      response.items.emplace_back(
          named ? item : WithFields(item, {{names::kApiVersion, document[names::kApiVersion]}, {names::kKind, kind}}));
    }
    response.body = document.Without(names::kItems);
  } else if (response.ok() && document.is_object() && document[names::kKind] != "Status") {
    const ResourceInfo* resource =
        kinds.FindKind(document[names::kApiVersion].AsString(), document[names::kKind].AsString());
    if (resource != nullptr) {
      response.object = Object(std::move(document));
    } else {
      response.body = std::move(document);
    }
  } else {
    response.body = std::move(document);
  }
  return response;
}

}  // namespace wavetank
