#include "sim/apiserver/validation.h"

namespace wavetank::sim {

void ValidateKind(const ResourceInfo&, const Value&, FieldErrors&) {}
void ValidateKindUpdate(const ResourceInfo&, std::string_view, const Value&, const Object&, FieldErrors&) {}

}  // namespace wavetank::sim
