// A unified diff of two texts by lines, three lines of context, as the real server prints into some messages.
//
//   UnifiedDiff("a\nb", "a\nc")  ->  "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
//
// The matching is Ratcliff and Obershelp's (longest common block first, lines that occur very often in long texts do not
// anchor a block), so that the same lines are told apart as there. No file header. Quadratic in the worst case; meant for
// documents of some hundred lines.
#pragma once

#include <string>
#include <string_view>

namespace wavetank::sim {

std::string UnifiedDiff(std::string_view before, std::string_view after);

}  // namespace wavetank::sim
