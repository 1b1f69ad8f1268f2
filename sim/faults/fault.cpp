#include "sim/faults/fault.h"

#include <array>

#include "runtime/api/names.h"
#include "runtime/api/registry.h"
#include "runtime/api/status_error.h"

namespace wavetank::sim {
namespace {

// As validation refuses a body: the kind, not the resource, and a cause for what is wrong with it (API-043).
Status Invalid(const ApiRequest& request) {
  const ResourceInfo* resource = KindRegistry::BuiltIn().Find(request.resource);
  const Value& metadata = request.body[names::kMetadata];
  const std::string_view sent =
      metadata[metadata[names::kName].empty() ? names::kGenerateName : names::kName].AsString();
  const std::string_view name = request.name.empty() ? sent : request.name.view();
  const std::string_view part = request.subresource == "status" ? "status" : "spec";
  const FieldError cause = field::Forbidden(part, "refused by a fault of the scenario");
  if (resource != nullptr) return InvalidError(resource->gvk, name, {cause});
  return InvalidError(ErrorSubject(request.resource, name), std::span(&cause, 1));
}

}  // namespace

bool IsProcess(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with("-*")) return pattern.empty() || pattern == name;
  pattern.remove_suffix(1);
  return name.starts_with(pattern) && name.find_first_not_of("0123456789", pattern.size()) == std::string_view::npos;
}

bool RequestMatch::Matches(const ApiRequest& request, std::string_view sender) const {
  if (verb.has_value() && *verb != request.verb) return false;
  if (!resource.empty() && resource != request.resource.resource.view()) return false;
  if (subresource.has_value() && *subresource != request.subresource.view()) return false;
  if (!IsProcess(process, sender)) return false;
  if (!ns.empty() && !(request.ns == ns)) return false;
  if (name.empty()) return true;
  return !request.name.empty() ? request.name == name : request.body[names::kMetadata][names::kName] == name;
}

std::string RequestMatch::Describe() const {
  std::string out = verb.has_value() ? std::string(VerbName(*verb)) : "request";
  if (!resource.empty()) out += " " + resource;
  if (subresource.has_value() && !subresource->empty()) out += "/" + *subresource;
  if (!name.empty()) out += " " + (ns.empty() ? name : ns + "/" + name);
  if (!process.empty()) out += " of " + process;
  if (nth > 1) out += " #" + std::to_string(nth);
  if (count == 0) out += " and all later ones";
  if (count > 1) out += " and the next " + std::to_string(count - 1);
  return out;
}

std::string_view FaultKindName(Fault::Kind kind) {
  static constexpr std::array<std::string_view, 18> kNames = {"crash",
                                                              "stop",
                                                              "start",
                                                              "pause",
                                                              "resume",
                                                              "drop",
                                                              "delay",
                                                              "answer",
                                                              "lose the answer to",
                                                              "write concurrently with",
                                                              "close the watch of",
                                                              "break the watch of",
                                                              "expire the watch of",
                                                              "hold the watch of",
                                                              "release the watch of",
                                                              "hold replica",
                                                              "release replica",
                                                              "switch replica of"};
  return kNames[static_cast<size_t>(kind)];
}

std::string Fault::Describe() const {
  std::string out(FaultKindName(kind));
  if (kind == Kind::kAnswer) out += " " + std::to_string(code) + (applied ? " (applied)" : " (not applied)");
  if (kind == Kind::kHoldReplica || kind == Kind::kReleaseReplica) out += " " + std::to_string(replica);
  if (!process.empty()) out += " " + process;
  if (kind == Kind::kSwitchReplica) out += " to " + std::to_string(replica);
  if (!resource.empty()) out += " on " + resource;
  if (duration > Duration::zero()) out += " for " + FormatDuration(duration);
  switch (when) {
    case When::kNow: break;
    case When::kBeforeRequest:
      out += (kind == Kind::kCrash || kind == Kind::kStop ? " before " : ": ") + match.Describe();
      break;
    case When::kAfterRequest: out += " after " + match.Describe(); break;
    case When::kAtStep: out += " at step " + std::to_string(step); break;
    case When::kAfter: out += " after " + FormatDuration(after); break;
  }
  return out;
}

Value FaultStatus(int code, int retry_after_seconds, const ApiRequest& request) {
  const ErrorSubject subject(request.resource, request.name.view());
  switch (code) {
    case 403: return ToStatusDocument(ForbiddenError(subject, "the request was denied by a fault of the scenario"));
    case 404: return ToStatusDocument(NotFoundError(subject));
    case 409: return ToStatusDocument(ConflictError(subject));
    case 410: return ToStatusDocument(ExpiredError("The resourceVersion for the provided list is too old."));
    case 422: return ToStatusDocument(Invalid(request));
    case 429:
      return ToStatusDocument(TooManyRequestsError("Too many requests, please try again later.",
                                                   retry_after_seconds > 0 ? retry_after_seconds : 1));
    case 503: {
      const Status down(Code::kUnavailable, "the server is currently unable to handle the request");
      return ToStatusDocument(retry_after_seconds > 0 ? down.WithRetryAfter(retry_after_seconds) : down);
    }
    case 504:
      return ToStatusDocument(
          TimeoutError("request did not complete within requested timeout - context deadline exceeded"));
    default: return ToStatusDocument(Status(Code::kInternal, "Internal error occurred: a fault of the scenario"));
  }
}

}  // namespace wavetank::sim
