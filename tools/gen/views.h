// Writes typed views (runtime/api/view.h) from type descriptions of the form of kinds/types.json.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank::gen {

// A kind that gets the view of an object; the types it needs follow by themselves.
struct ViewKind {
  std::string type;  // its name in the description
  std::string group;
  std::string version;
  std::string kind;
  std::string plural;
  bool namespaced = true;
};

// Where types are written: a C++ namespace is a header, "core_v1" is runtime/api/core_v1.h.
struct ViewHeader {
  std::string ns;
  std::string source;  // for the first line: what it was written from
  // A header alone defines its field names inline, which every file that includes it initialises; a pair of header and
  // source does so once.
  bool header_only = true;
};

// The header, and those of its includes which were written with it, each with its source unless `header_only`: file name
// -> text. Types whose name starts with
// `io.k8s.` go to the header of their group and version; all others to `own`.
Result<std::map<std::string, std::string>> WriteViews(const Value& types, const std::vector<ViewKind>& kinds,
                                                      const ViewHeader& own);

}  // namespace wavetank::gen
