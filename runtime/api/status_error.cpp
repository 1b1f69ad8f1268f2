#include "runtime/api/status_error.h"

#include <algorithm>
#include <memory>

#include "runtime/api/names.h"
#include "runtime/base/pool.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

const Name kCauses("causes");
const Name kCode("code");
const Name kDetails("details");
const Name kField("field");
const Name kGroup("group");
const Name kMessage("message");
const Name kReason("reason");
const Name kRetryAfterSeconds("retryAfterSeconds");

// The reasons a server sends, their codes on the wire and ours.
struct CodeRow {
  Code code;
  int http;
  // The code to assume for this HTTP code when a document names no reason we know.
  bool by_http;
};
constexpr CodeRow kCodes[] = {
    {Code::kBadRequest, 400, true},     {Code::kUnauthorized, 401, true},     {Code::kForbidden, 403, true},
    {Code::kNotFound, 404, true},       {Code::kMethodNotAllowed, 405, true}, {Code::kNotAcceptable, 406, true},
    {Code::kConflict, 409, true},       {Code::kAlreadyExists, 409, false},   {Code::kGone, 410, true},
    {Code::kExpired, 410, false},       {Code::kTooLarge, 413, true},         {Code::kUnsupportedMediaType, 415, true},
    {Code::kInvalid, 422, true},        {Code::kTooManyRequests, 429, true},  {Code::kInternal, 500, true},
    {Code::kServerTimeout, 500, false}, {Code::kUnavailable, 503, true},      {Code::kTimeout, 504, true},
};

int HttpOf(Code code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row.http;
  }
  if (code == Code::kUnimplemented) return 501;  // without a reason: the real server has no such answer
  return code == Code::kOk ? 200 : 500;
}

Code CodeOf(std::string_view reason, int http) {
  for (const CodeRow& row : kCodes) {
    if (!reason.empty() && CodeName(row.code) == reason) return row.code;
  }
  for (const CodeRow& row : kCodes) {
    if (row.by_http && row.http == http) return row.code;
  }
  return Code::kUnknown;
}

const StatusDocument* DetailOf(const Status& status) {
  return dynamic_cast<const StatusDocument*>(status.detail().get());
}

Value Failure(std::string_view message, std::string_view reason, int http, Value details = {}) {
  ObjectBuilder builder(8);
  builder.Add(names::kApiVersion, "v1").Add(kCode, http);
  if (!details.is_null()) builder.Add(kDetails, std::move(details));
  builder.Add(names::kKind, "Status").Add(kMessage, message).Add(names::kMetadata, Value::EmptyObject());
  if (!reason.empty()) builder.Add(kReason, reason);
  builder.Add(names::kStatus, "Failure");
  return builder.Build();
}

Status Make(Code code, std::string message, Value document) {
  const int http = static_cast<int>(document[kCode].AsInt(500));
  const int retry = static_cast<int>(document[kDetails][kRetryAfterSeconds].AsInt());
  Status status =
      Status(code, std::move(message))
          .WithDetail(std::allocate_shared<StatusDocument>(PoolAllocator<StatusDocument>(), std::move(document), http));
  return retry > 0 ? status.WithRetryAfter(retry) : status;
}

Status Bare(Code code, std::string message) {
  Value document = Failure(message, CodeName(code), HttpOf(code));
  return Make(code, std::move(message), std::move(document));
}

Status Detailed(Code code, std::string message, Value details) {
  Value document = Failure(message, CodeName(code), HttpOf(code), std::move(details));
  return Make(code, std::move(message), std::move(document));
}

void AddText(ObjectBuilder& builder, Name name, std::string_view text) {
  if (!text.empty()) builder.Add(name, text);
}

Value CauseValue(const StatusCause& cause) {
  ObjectBuilder builder(3);
  AddText(builder, kField, cause.field);
  AddText(builder, kMessage, cause.message);
  AddText(builder, kReason, cause.reason);
  return builder.Build();
}

Value Details(const ErrorSubject& what, Value causes = {}, int retry_after_seconds = 0) {
  ObjectBuilder builder(5);
  if (!causes.empty()) builder.Add(kCauses, std::move(causes));
  AddText(builder, kGroup, what.group);
  AddText(builder, names::kKind, what.kind);
  AddText(builder, names::kName, what.name);
  if (retry_after_seconds > 0) builder.Add(kRetryAfterSeconds, retry_after_seconds);
  return builder.Build();
}

const ErrorSubject& Nothing() {
  static const ErrorSubject nothing("", "", "");
  return nothing;
}

std::string Named(const ErrorSubject& what) { return what.Qualified() + " " + Quote(what.name); }

}  // namespace

std::string ErrorSubject::Qualified() const { return group.empty() ? kind : kind + "." + group; }

const Value& DocumentOf(const Status& status) {
  static const Value none;
  const StatusDocument* detail = DetailOf(status);
  return detail == nullptr ? none : detail->document;
}

Status FromStatusDocument(const Value& document, int http_code) {
  const bool is_status = document[names::kKind] == "Status";
  if (is_status && document[names::kStatus] == "Success") return {};
  if (!is_status && http_code >= 200 && http_code < 300) return {};
  if (!is_status) {
    std::string message = document.is_string() ? std::string(document.AsString()) : "";
    if (message.empty()) message = "the server answered " + std::to_string(http_code) + " without a Status";
    return Status(CodeOf("", http_code), std::move(message));
  }
  const int http = static_cast<int>(document[kCode].AsInt(http_code));
  return Make(CodeOf(document[kReason].AsString(), http), std::string(document[kMessage].AsString()),
              document.Has(kCode) ? document : document.Set(kCode, http));
}

Value ToStatusDocument(const Status& status) {
  if (status.ok()) {
    return ObjectBuilder(4)
        .Add(names::kApiVersion, "v1")
        .Add(names::kKind, "Status")
        .Add(names::kMetadata, Value::EmptyObject())
        .Add(names::kStatus, "Success")
        .Build();
  }
  const Value& document = DocumentOf(status);
  if (!document.is_null()) {
    const bool wrapped = document[kMessage].AsString() != status.message();
    return wrapped ? document.Set(kMessage, status.message()) : document;
  }
  const int http = HttpOf(status.code());
  const bool sent_by_servers =
      std::ranges::any_of(kCodes, [&](const CodeRow& row) { return row.code == status.code(); });
  Value made = Failure(status.message(), sent_by_servers ? CodeName(status.code()) : "", http);
  const int retry = status.retry_after_seconds();
  return retry > 0 ? made.Set(kDetails, Details(Nothing(), {}, retry)) : made;
}

int HttpCode(const Status& status) {
  const StatusDocument* detail = DetailOf(status);
  return detail != nullptr ? detail->http_code : HttpOf(status.code());
}

std::string ReasonOf(const Status& status) {
  const std::string_view reason = DocumentOf(status)[kReason].AsString();
  return std::string(reason.empty() ? CodeName(status.code()) : reason);
}

bool IsOutcomeUnknown(const Status& s) {
  return s.code() == Code::kTimeout || s.code() == Code::kConnection || s.code() == Code::kDeadlineExceeded ||
         s.code() == Code::kCancelled;
}

bool HasCause(const Status& status, std::string_view reason) {
  return std::ranges::any_of(DocumentOf(status)[kDetails][kCauses].elements(),
                             [&](const Value& cause) { return cause[kReason] == reason; });
}

Status NotFoundError(const ErrorSubject& what) {
  return Detailed(Code::kNotFound, Named(what) + " not found", Details(what));
}

Status AlreadyExistsError(const ErrorSubject& what, bool being_deleted) {
  const std::string_view prefix = being_deleted ? "object is being deleted: " : "";
  return Detailed(Code::kAlreadyExists, std::string(prefix) + Named(what) + " already exists", Details(what));
}

Status GenerateNameError(const ErrorSubject& what) {
  return Detailed(Code::kAlreadyExists,
                  Named(what) + " already exists, the server was not able to generate a unique name for the object",
                  Details(what, {}, 1));
}

Status ConflictError(const ErrorSubject& what, std::string_view why) {
  if (why.empty()) why = "the object has been modified; please apply your changes to the latest version and try again";
  return Detailed(Code::kConflict, "Operation cannot be fulfilled on " + Named(what) + ": " + std::string(why),
                  Details(what));
}

Status ApplyConflictError(std::string message, std::span<const StatusCause> causes) {
  ArrayBuilder list;
  for (const StatusCause& cause : causes) list.Add(CauseValue(cause));
  return Detailed(Code::kConflict, std::move(message), Details(Nothing(), list.Build()));
}

Status InvalidError(const ErrorSubject& what, std::span<const FieldError> errors) {
  WT_CHECK(!errors.empty(), "Invalid has at least one field error");
  ArrayBuilder causes;
  for (const FieldError& error : errors) causes.Add(CauseValue({error.reason, error.body, error.field}));
  return Detailed(Code::kInvalid, Named(what) + " is invalid: " + AggregateText(errors), Details(what, causes.Build()));
}

Status InvalidError(const Gvk& kind, std::string_view name, std::span<const FieldError> errors) {
  return InvalidError(ErrorSubject(kind, name), errors);
}

Status InvalidError(const Gvk& kind, std::string_view name, std::initializer_list<FieldError> errors) {
  return InvalidError(ErrorSubject(kind, name), std::span<const FieldError>(errors.begin(), errors.size()));
}

Status ForbiddenError(const ErrorSubject& what, std::string_view why) {
  std::string message;
  if (what.kind.empty()) {
    message = "forbidden: ";
  } else {
    message = (what.name.empty() ? what.Qualified() : Named(what)) + " is forbidden: ";
  }
  return Detailed(Code::kForbidden, message.append(why), Details(what));
}

Status BadRequestError(std::string message) { return Bare(Code::kBadRequest, std::move(message)); }
Status UnauthorizedError() { return Bare(Code::kUnauthorized, "Unauthorized"); }
Status ExpiredError(std::string message) { return Bare(Code::kExpired, std::move(message)); }

Status UnknownPathError() {
  return Detailed(Code::kNotFound, "the server could not find the requested resource", Value::EmptyObject());
}

Status MethodNotAllowedError() {
  return Detailed(Code::kMethodNotAllowed, "the server does not allow this method on the requested resource",
                  Value::EmptyObject());
}

Status MethodNotAllowedError(const ErrorSubject& what, std::string_view action) {
  return Detailed(Code::kMethodNotAllowed,
                  std::string(action) + " is not supported on resources of kind " + Quote(what.Qualified()),
                  Details(what));
}

Status NotAcceptableError(std::string message) { return Bare(Code::kNotAcceptable, std::move(message)); }
Status UnsupportedMediaTypeError(std::string message) { return Bare(Code::kUnsupportedMediaType, std::move(message)); }

Status TooManyRequestsError(std::string message, int retry_after_seconds) {
  return Detailed(Code::kTooManyRequests, std::move(message), Details(Nothing(), {}, retry_after_seconds));
}

Status TimeoutError(std::string_view message, int retry_after_seconds) {
  return Detailed(Code::kTimeout, "Timeout: " + std::string(message), Details(Nothing(), {}, retry_after_seconds));
}

Status ServerTimeoutError(const ErrorSubject& what, std::string_view operation, int retry_after_seconds) {
  ErrorSubject named = what;
  named.name = operation;
  return Detailed(Code::kServerTimeout,
                  "The " + std::string(operation) + " operation against " + what.Qualified() +
                      " could not be completed at this time, please try again.",
                  Details(named, {}, retry_after_seconds));
}

Status UnavailableError(std::string message) { return Bare(Code::kUnavailable, std::move(message)); }

Status InternalError(std::string_view message) {
  const Value cause = CauseValue({"", std::string(message), ""});
  return Detailed(Code::kInternal, "Internal error occurred: " + std::string(message),
                  Details(Nothing(), Value::Array({cause})));
}

Status RawError(std::string message) {
  Value document = Failure(message, "", 500);
  return Make(Code::kInternal, std::move(message), std::move(document));
}

Status TooLargeError(std::string_view message) {
  return Bare(Code::kTooLarge, "Request entity too large: " + std::string(message));
}

Status WithCause(const Status& status, const StatusCause& cause) {
  if (status.ok()) return status;
  const Value document = ToStatusDocument(status);
  const Value causes = document[kDetails][kCauses].Append(CauseValue(cause));
  return status.WithDetail(
      std::make_shared<StatusDocument>(document.SetIn({kDetails, kCauses}, causes), HttpCode(status)));
}

Value DeletedDocument(const ErrorSubject& what, std::string_view uid) {
  Value details = Details(what).Set(names::kUid, uid);
  return ToStatusDocument({}).Set(kDetails, std::move(details));
}

}  // namespace wavetank
