// ApiResponse <-> HTTP response (API-015..017, API-021, API-050, API-200).
//
//   HttpResponse http = EncodeResponse(response, pods, kinds, format);
//   Result<ApiResponse> response = ParseResponse(http, kinds);
//
// Lists of built-in kinds show no kind and apiVersion in their items, lists of custom resources do. Warnings become
// Warning headers, details.retryAfterSeconds becomes Retry-After. O(size); gzip above 128 KiB when the client takes it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/api/registry.h"
#include "runtime/transport/http.h"
#include "runtime/transport/request.h"
#include "runtime/wire/media_type.h"
#include "runtime/wire/target.h"

namespace wavetank {

// `resource`: what the request was about; null for answers about none.
HttpResponse EncodeResponse(const ApiResponse& response, const ResourceInfo* resource, const KindRegistry& kinds,
                            const AnswerFormat& format);
// One document: a Table, a page of discovery, a Status. `code`: the HTTP status.
HttpResponse EncodeDocument(int code, const Value& document, const KindRegistry& kinds, const AnswerFormat& format);
HttpResponse EncodeStatus(const Status& status, const KindRegistry& kinds, const AnswerFormat& format);
// "404 page not found\n" and its like: text/plain with nosniff.
HttpResponse PlainPage(int code, std::string_view text);
// The head of an accepted watch.
HttpResponse WatchHead(const AnswerFormat& format);

// The document of a list as it stands on the wire.
Value ListDocument(const ApiResponse& response, bool built_in);

// Cache-Control, and Content-Encoding when `gzip` and the body is large.
void Finish(HttpResponse& response, bool gzip);

// 299 - "text" (API-200). Control characters go, as do quotes' meanings.
std::string WarningHeader(std::string_view text);
// The text of a Warning header; nullopt when it is none of code 299.
std::optional<std::string> WarningText(std::string_view header);

Result<ApiResponse> ParseResponse(const HttpResponse& http, const KindRegistry& kinds);

}  // namespace wavetank
