#include "sim/apiserver/delete_options.h"

#include <vector>

#include "runtime/api/status_error.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

Status Undecodable(std::string_view field, std::string_view type, const Value& value) {
  const std::string_view found = value.is_string()   ? "string"
                                 : value.is_bool()   ? "bool"
                                 : value.is_number() ? "number"
                                 : value.is_array()  ? "array"
                                                     : "object";
  return BadRequestError("json: cannot unmarshal " + std::string(found) + " into Go struct field DeleteOptions." +
                         std::string(field) + " of type " + std::string(type));
}

}  // namespace

Result<DeleteOptions> ParseDeleteOptions(const Value& body) {
  DeleteOptions options;
  if (body.is_null()) return options;
  if (!body.is_object()) return Undecodable("", "v1.DeleteOptions", body);
  if (const Value& kind = body[names::kKind]; !kind.empty() && kind != "DeleteOptions") {
    const std::string_view version = body[names::kApiVersion].AsString();
    return BadRequestError("no kind " + FieldValueText(kind) + " is registered for version " +
                           FieldValueText(Value(version.empty() ? "v1" : version)) +
                           " in scheme \"pkg/runtime/scheme.go:111\"");
  }
  if (const Value& grace = body[words::kGracePeriodSeconds]; !grace.is_null()) {
    if (!grace.is_int()) return Undecodable("gracePeriodSeconds", "int64", grace);
    options.grace_period_seconds = grace.AsInt();
  }
  if (const Value& orphan = body[words::kOrphanDependents]; !orphan.is_null()) {
    if (!orphan.is_bool()) return Undecodable("orphanDependents", "bool", orphan);
    options.orphan_dependents = orphan.AsBool();
  }
  const Value& preconditions = body[words::kPreconditions];
  if (const Value& uid = preconditions[names::kUid]; !uid.is_null()) {
    if (!uid.is_string()) return Undecodable("preconditions.uid", "types.UID", uid);
    options.uid = uid.ToSharedString();
  }
  if (const Value& version = preconditions[names::kResourceVersion]; !version.is_null()) {
    if (!version.is_string()) return Undecodable("preconditions.resourceVersion", "string", version);
    options.resource_version = version.ToSharedString();
  }

  std::vector<FieldError> errors;
  const Value& policy = body[words::kPropagationPolicy];
  if (!policy.is_null() && options.orphan_dependents.has_value()) {
    errors.push_back(
        field::Invalid("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"));
  }
  if (policy == "Orphan") {
    options.propagation = Propagation::kOrphan;
  } else if (policy == "Background") {
    options.propagation = Propagation::kBackground;
  } else if (policy == "Foreground") {
    options.propagation = Propagation::kForeground;
  } else if (!policy.is_null()) {
    errors.push_back(field::NotSupported("propagationPolicy", policy, {"Foreground", "Background", "Orphan", "nil"}));
  }
  for (const Value& run : body[words::kDryRun].elements()) {
    if (run == "All") {
      options.dry_run = true;
    } else {
      errors.push_back(field::NotSupported("dryRun", body[words::kDryRun], {"All"}));
    }
  }
  if (!errors.empty()) return InvalidError(ErrorSubject("meta.k8s.io", "DeleteOptions", ""), errors);
  return options;
}

Result<DeleteOptions> ReadDeleteOptions(const ApiRequest& request) {
  if (request.source != nullptr && !request.source->error.empty()) return BadRequestError(request.source->error);
  return ParseDeleteOptions(request.body);
}

}  // namespace wavetank::sim
