// YAML as the real server prints it: block style, the quoting and the line breaks of Go's emitter (API-008).
//
//   GoYaml(*ParseJson("{\"n\":\"1\",\"text\":\"a: b\"}"))    -> "n": "1"\ntext: 'a: b'\n
//
// Plain where a reader would take the text for a text, quoted where not; long texts are folded behind column 80; texts
// with line breaks stand as they are. Reads back as the same document. Pure function, O(size).
#pragma once

#include <string>

#include "runtime/value/value.h"

namespace wavetank {

std::string GoYaml(const Value& document);

}  // namespace wavetank
