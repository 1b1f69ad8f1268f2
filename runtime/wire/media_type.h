// Media types: the Accept and Content-Type headers, and what an answer shall look like (API-008..016).
//
//   Result<AnswerFormat> format = Negotiate("application/json;as=Table;g=meta.k8s.io;v=v1, application/json", {...});
//
// Types match exactly, letter case included (observed 011). Clauses are tried in the order of their quality, then of the
// text; one that asks for an impossible transform is passed over (kubectl's Table, Table v1beta1, JSON relies on it).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/wire/codec.h"

namespace wavetank {

// "application/json;as=Table;q=0.5" taken apart. Parameters keep their order.
struct MediaClause {
  std::string type;
  std::vector<std::pair<std::string, std::string>> params;  // without q
  double quality = 1;
  std::string_view Param(std::string_view name) const;  // "" when absent
};
// By falling quality, then as written. An empty text has no clause.
std::vector<MediaClause> ParseAccept(std::string_view header);
// The type alone of a Content-Type; nullopt when its parameters are malformed ("application/json;;", API-013).
std::optional<std::string> ContentTypeOf(std::string_view header);

// A document that the client wants in place of the object: a Table or PartialObjectMetadata (API-385, API-392).
struct Transform {
  enum class Kind : uint8_t { kTable, kPartialMetadata, kPartialMetadataList };
  Kind kind = Kind::kTable;
  std::string version;  // "v1" or "v1beta1" of meta.k8s.io
};

// How an answer is written. Made once from the request's headers and query, used for the answer and each watch event.
struct AnswerFormat {
  const Codec* codec = nullptr;  // never null after Negotiate
  bool pretty = false;
  bool gzip = false;  // the client takes it; small answers go plain (API-016)
  std::optional<Transform> transform;
};

struct Wishes {
  std::string_view accept;
  std::string_view accept_encoding;
  std::string_view user_agent;        // curl, Wget and browsers get pretty JSON (API-015)
  std::optional<std::string> pretty;  // the query's
};
enum class Endpoint : uint8_t { kObject, kList, kWatch };

// The first clause that can be served. The error is a 406: of the router when no clause names a type that there is, of
// the handler when only the transforms cannot be had (API-012). `custom`: there is no router in front of custom resources,
// nor protobuf for whole objects.
Result<AnswerFormat> Negotiate(const Wishes& wishes, Endpoint endpoint, bool custom);
// A 406 or 415 of the router: like the handler's, with empty details.
Status RouterNotAcceptable(std::string message);
// For errors before negotiation, or of it: the first type that there is, else indented JSON.
AnswerFormat FormatForErrors(const Wishes& wishes);

}  // namespace wavetank
