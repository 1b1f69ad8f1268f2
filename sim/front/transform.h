// Transforms: documents that stand in for objects, as Accept asks: Table and PartialObjectMetadata (API-385..394).
//
//   Result<Value> table = TransformResponse(*format.transform, response, {*pods, server, now, include_object});
//
// Status documents of errors pass untouched; the front does not ask for them.
#pragma once

#include <string_view>

#include "runtime/base/time.h"
#include "runtime/transport/request.h"
#include "runtime/wire/media_type.h"
#include "sim/apiserver/server.h"

namespace wavetank::sim {

struct TransformInput {
  const ResourceInfo& resource;
  const ApiServer& server;
  Time now;                         // for cells that count ages
  std::string_view include_object;  // the query's includeObject; "": Metadata
  bool watch_event = false;         // one object of a watch: a Table without column definitions after the first
  bool first_event = false;
};

// A read that ends in a transform is asked in the version that is stored where that is what gets printed.
void AskAsPrinted(ApiRequest& request);
// What is wrong with the wish itself: told before a watch begins. OK, or a 400.
Status CheckTransform(const Transform& transform, std::string_view include_object);
// The document in place of the answer. The error is what the client gets (406 for a list that was asked for as an object).
Result<Value> TransformResponse(const Transform& transform, const ApiResponse& response, const TransformInput& input);
// The same for the object of a watch event (bookmarks too).
Result<Value> TransformObject(const Transform& transform, const Object& object, const TransformInput& input);

}  // namespace wavetank::sim
