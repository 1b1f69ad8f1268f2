// Kubernetes' Status documents, and the errors made of them (API-040..063).
//
//   return NotFoundError(pods, "a");                  // 404: pods "a" not found
//   return InvalidError(kDeployment, "d", {field::Required("spec.selector")});
//   if (IsNotFound(status)) ...
//   Value body = ToStatusDocument(status);            // what goes over the wire
//   Status status = FromStatusDocument(body, 404);    // what came over it
//
// The server builds errors here and a client reads them here, so that both worlds see the same Status: code, message,
// and the whole document as its detail. Wrapping an error changes its message only; the document stays reachable.
// Pure functions; O(size of the document).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/gvk.h"
#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

// The server's Status object behind an error.
class StatusDocument : public StatusDetail {
 public:
  StatusDocument(Value document, int http_code) : document(std::move(document)), http_code(http_code) {}
  const Value document;
  const int http_code;
};

// The document behind an error, null when there is none (an error of our own, or success).
const Value& DocumentOf(const Status& status);
// Success for a document that says so. A document without a known reason goes by its HTTP code; one that is no Status
// at all (a proxy's page) becomes an error of that code.
Status FromStatusDocument(const Value& document, int http_code);
// Errors without a document get one made of code and message.
Value ToStatusDocument(const Status& status);
// 200 for success; 500 for errors that no server sends.
int HttpCode(const Status& status);
// The CamelCase reason for metrics and logs: the document's, else the code's name.
std::string ReasonOf(const Status& status);

// ---- What kind of error is it? False for success.
inline bool IsNotFound(const Status& s) { return s.code() == Code::kNotFound; }
inline bool IsAlreadyExists(const Status& s) { return s.code() == Code::kAlreadyExists; }
inline bool IsConflict(const Status& s) { return s.code() == Code::kConflict; }
inline bool IsInvalid(const Status& s) { return s.code() == Code::kInvalid; }
inline bool IsForbidden(const Status& s) { return s.code() == Code::kForbidden; }
inline bool IsBadRequest(const Status& s) { return s.code() == Code::kBadRequest; }
inline bool IsTooManyRequests(const Status& s) { return s.code() == Code::kTooManyRequests; }
// The list or watch must start anew: the version or the continue token is too old.
inline bool IsExpired(const Status& s) { return s.code() == Code::kExpired || s.code() == Code::kGone; }
inline bool IsGone(const Status& s) { return IsExpired(s); }
// A write may or may not have been applied.
bool IsOutcomeUnknown(const Status& s);
// HasCause(status, "NamespaceTerminating"): details.causes has an entry of that reason.
bool HasCause(const Status& status, std::string_view reason);

// ---- Field errors, the parts of Invalid (API-044).
struct FieldError {
  std::string reason;  // "FieldValueRequired"
  std::string field;   // "spec.selector"
  std::string body;    // "Required value: ..."
  // "spec.selector: Required value".
  std::string ToString() const { return field + ": " + body; }
  bool operator==(const FieldError&) const = default;
};

// How messages print a bad value: strings quoted, numbers and booleans bare, everything else as JSON (API-045).
std::string FieldValueText(const Value& value);

namespace field {
FieldError Required(std::string_view path, std::string_view detail = {});
FieldError Invalid(std::string_view path, const Value& value, std::string_view detail);
// With the value already printed (FieldValueText sorts the fields of objects; a caller that knows the type may not).
FieldError InvalidText(std::string_view path, std::string_view value_text, std::string_view detail);
// Without the value.
FieldError InvalidOmitted(std::string_view path, std::string_view detail);
FieldError TypeInvalid(std::string_view path, const Value& value, std::string_view detail);
// `supported` is printed as given.
FieldError NotSupported(std::string_view path, const Value& value, std::span<const std::string_view> supported);
FieldError NotSupported(std::string_view path, const Value& value, std::initializer_list<std::string_view> supported);
FieldError Forbidden(std::string_view path, std::string_view detail);
FieldError Duplicate(std::string_view path, const Value& value);
FieldError NotFound(std::string_view path, const Value& value);
FieldError TooLong(std::string_view path, int64_t max_bytes);
FieldError TooMany(std::string_view path, int64_t actual, int64_t max_items);
FieldError TooFew(std::string_view path, int64_t actual, int64_t min_items);
FieldError Internal(std::string_view path, std::string_view detail);
}  // namespace field

// One error bare, several distinct ones as "[a, b]".
std::string AggregateText(std::span<const FieldError> errors);

// ---- Builders.
// What an error is about. `kind` is the plural resource, but the Kind for Invalid.
struct ErrorSubject {
  ErrorSubject(const Gvr& r, std::string_view name) : group(r.group.view()), kind(r.resource.view()), name(name) {}
  ErrorSubject(const Gvk& k, std::string_view name) : group(k.group.view()), kind(k.kind.view()), name(name) {}
  ErrorSubject(std::string_view group, std::string_view kind, std::string_view name)
      : group(group), kind(kind), name(name) {}
  // "replicasets.apps", "pods".
  std::string Qualified() const;

  std::string group;
  std::string kind;
  std::string name;
};

struct StatusCause {
  std::string reason;  // may be empty, as may field
  std::string message;
  std::string field;
};

Status NotFoundError(const ErrorSubject& what);
inline Status NotFoundError(const Gvr& r, std::string_view name) { return NotFoundError(ErrorSubject(r, name)); }
// `being_deleted`: the object that is in the way has a deletionTimestamp (API-041).
Status AlreadyExistsError(const ErrorSubject& what, bool being_deleted = false);
inline Status AlreadyExistsError(const Gvr& r, std::string_view name, bool being_deleted = false) {
  return AlreadyExistsError(ErrorSubject(r, name), being_deleted);
}
// No free name after all tries (API-057).
Status GenerateNameError(const ErrorSubject& what);
// An empty `why` says that the object has been modified (API-042).
Status ConflictError(const ErrorSubject& what, std::string_view why = {});
inline Status ConflictError(const Gvr& r, std::string_view name, std::string_view why = {}) {
  return ConflictError(ErrorSubject(r, name), why);
}
// A conflict that names no object, only causes (API-058).
Status ApplyConflictError(std::string message, std::span<const StatusCause> causes);
// `what.kind` is the Kind. REQUIRES: errors is not empty.
Status InvalidError(const ErrorSubject& what, std::span<const FieldError> errors);
Status InvalidError(const Gvk& kind, std::string_view name, std::span<const FieldError> errors);
Status InvalidError(const Gvk& kind, std::string_view name, std::initializer_list<FieldError> errors);
// `<gr> ["<name>" ]is forbidden: <why>`; without resource just `forbidden: <why>` (API-048).
Status ForbiddenError(const ErrorSubject& what, std::string_view why);
Status BadRequestError(std::string message);
Status UnauthorizedError();
Status ExpiredError(std::string message);
// The server does not know the path (API-006) or the verb on it (API-007).
Status UnknownPathError();
Status MethodNotAllowedError();
Status MethodNotAllowedError(const ErrorSubject& what, std::string_view action);
Status NotAcceptableError(std::string message);
Status UnsupportedMediaTypeError(std::string message);
Status TooManyRequestsError(std::string message, int retry_after_seconds);
// "Timeout: <message>" (API-051).
Status TimeoutError(std::string_view message, int retry_after_seconds = 0);
Status ServerTimeoutError(const ErrorSubject& what, std::string_view operation, int retry_after_seconds);
Status UnavailableError(std::string message);
// "Internal error occurred: <message>" (API-053).
Status InternalError(std::string_view message);
// 500 with the raw text and no reason: what a Go error that is no Status becomes (API-056).
Status RawError(std::string message);
// "Request entity too large: <message>" (API-054).
Status TooLargeError(std::string_view message);

// The same error with one more entry in details.causes.
Status WithCause(const Status& status, const StatusCause& cause);

// The answer to a DELETE that removed the object (API-060).
Value DeletedDocument(const ErrorSubject& what, std::string_view uid);

}  // namespace wavetank
