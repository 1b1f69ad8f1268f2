// Text -> tokens. The last one is kEnd. Errors read `line:column: what is wrong`.
//
// Strings may be raw (r"\d"), in either quotes, and triple-quoted over lines; b makes bytes. Escapes are those of
// the CEL definition: \a \b \f \n \r \t \v \\ \' \" \` \? \xHH \uHHHH \UHHHHHHHH and \ooo. Comments run from // to the
// end of the line. O(text).
#pragma once

#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "sim/cel/token.h"

namespace wavetank::cel {

// The tokens point into `text`.
Result<std::vector<Token>> Tokenize(std::string_view text);

}  // namespace wavetank::cel
