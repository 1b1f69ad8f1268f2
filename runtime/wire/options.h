// The options of each verb: the query's values into an ApiRequest, and what may not stand there (API-061, API-062).
//
//   Status bad = ReadOptions(query, "create", request);
//
// First what cannot be read at all (400, Go's words), then what may not be (422, all findings at once).
#pragma once

#include <string_view>

#include "runtime/base/status.h"
#include "runtime/base/time.h"
#include "runtime/transport/http.h"
#include "runtime/transport/request.h"
#include "runtime/wire/target.h"

namespace wavetank {

// Fills options of the request's verb from the query; of a delete with a body the body has them (ReadDeleteBody).
Status ReadOptions(const Query& query, ApiRequest& request);
// The reverse.
void WriteOptions(const ApiRequest& request, Query& query);

// absent, "0" and "false" are false, all else is true, the empty text too (API-002).
bool QueryFlag(const Query& query, std::string_view name);

// The query's `timeout`: Go's duration, 0 when absent. The error is the filter's 400.
Result<Duration> ReadTimeout(const Query& query);

}  // namespace wavetank
