// LoadContext: what the loader knows while it reads one file: the text, the errors so far, and the manifests it has read.
//
//   context.Error(at, "a whole number is expected");
//   const Manifests* manifests = context.ManifestsOf("manifests/frontend.yaml");
//
// A Cursor is a place in the document: the field path that people read, and the pointer that positions are kept under.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostics.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/scenario.h"

namespace wavetank::sim {

struct Cursor {
  std::string field;    // "spec.steps[2].scale"
  std::string pointer;  // "/spec/steps/2/scale"
  Cursor Child(std::string_view name) const;
  Cursor Item(size_t index) const;
};

// "the number 3", "a list": what was found where something else is expected.
std::string FoundText(const Value& value);
// ` (did you mean ...)` in the form of this format: `; did you mean "replicas"?`, or nothing.
std::string Suggestion(std::string_view given, const std::vector<std::string_view>& names);

class LoadContext {
 public:
  LoadContext(std::string_view text, std::string path, const LoadOptions& options)
      : options_(options), text_(text), path_(std::move(path)) {}

  const LoadOptions& options() const { return options_; }
  const KindRegistry& kinds() const { return options_.kinds; }
  const std::string& path() const { return path_; }

  // The document that is being read.
  void set_document(const YamlDocument& document) { document_ = &document; }
  Place PlaceOf(const Cursor& at) const { return {document_->PositionOf(at.pointer), at.field}; }
  // Whether `a` stands before `b` in the file.
  bool IsBefore(const Cursor& a, const Cursor& b) const;

  // Something is wrong with the value at `at`.
  void Error(const Cursor& at, std::string message);
  // Something is wrong with field `name` of the object at `at`: the place is that of the key.
  void ErrorAtKey(const Cursor& at, std::string_view name, std::string message);
  // An error of the whole file, "line:column: ..." in front when it has a place.
  void ErrorInFile(const std::string& file, std::string_view message);
  // An expression does not compile. When it stands on one plain line, the place is the exact one.
  void ErrorInExpression(const Cursor& at, std::string_view expression, std::string_view message);
  size_t error_count() const { return errors_.size(); }
  std::vector<Diagnostic>& errors() { return errors_; }

  // The objects of a manifest file, read and checked once; null when something is wrong with it, which has then been
  // reported: `at` is told when there is no such file.
  const std::vector<Manifest>* ManifestsOf(const std::string& file, const Cursor& at);
  // An object that stands in the scenario itself. `needs_name`: false for a part of an object.
  std::optional<Manifest> InlineManifest(const Value& object, const Cursor& at);

  // Reports what a merge patch for this kind (for this part of it) gets wrong.
  void CheckPatch(const ResourceInfo& resource, std::string_view subresource, const Value& patch, const Cursor& at);

  // The kind of an object of a manifest; null, with `why`, when there is none.
  const ResourceInfo* KindOf(const Value& object, std::string& why) const;

 private:
  struct ManifestFile {
    bool found = false;
    bool broken = false;
    std::vector<Manifest> manifests;
    std::string why;  // not found
  };
  const ManifestFile& ReadManifestFile(const std::string& file);
  void ReadManifestDocument(const std::string& file, const YamlDocument& document, ManifestFile& out);
  bool CheckManifest(const YamlDocument& document, const std::string& file, const std::string& pointer,
                     const std::string& field, const Value& object, ManifestFile& out);

  const LoadOptions& options_;
  std::string_view text_;
  std::string path_;
  const YamlDocument* document_ = nullptr;
  std::vector<Diagnostic> errors_;
  std::map<std::string, ManifestFile> files_;
};

}  // namespace wavetank::sim
