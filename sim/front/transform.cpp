#include "sim/front/transform.h"

#include "runtime/api/status_error.h"

namespace wavetank::sim {

Result<Value> TransformResponse(const Transform&, const ApiResponse&, const TransformInput&) {
  return NotAcceptableError("Table and PartialObjectMetadata are not built yet; ask for plain JSON");
}

Result<Value> TransformObject(const Transform&, const Object&, const TransformInput&) {
  return NotAcceptableError("Table and PartialObjectMetadata are not built yet; ask for plain JSON");
}

}  // namespace wavetank::sim
