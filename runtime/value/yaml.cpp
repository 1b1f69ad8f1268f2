// The reading half of yaml.h, on yaml-cpp's event interface: no tree of nodes is made in between.
#include "runtime/value/yaml.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "runtime/base/strings.h"
#include "runtime/value/patch.h"
#include "runtime/value/text_place.h"
#include "runtime/value/yaml_scalar.h"

namespace wavetank {
namespace {

// What aliases may add to a document, in nodes: enough for any honest file, and the end of a "billion laughs".
constexpr size_t kMaxAliasNodes = 1'000'000;
// What the pointers of one stream's positions may weigh: long keys above many nodes would grow with the square.
constexpr size_t kMaxPositionBytes = 64u << 20;

// yaml-cpp gives up at 500 levels, without a good place.
constexpr int kMaxYamlDepth = 490;

std::string Text(Position place) { return std::to_string(place.line) + ":" + std::to_string(place.column); }

class Reader final : public YAML::EventHandler {
 public:
  Reader(std::string_view text, int max_depth, bool want_positions, std::vector<std::string>* duplicates)
      : text_(text),
        max_depth_(static_cast<size_t>(max_depth)),
        want_positions_(want_positions),
        duplicates_(duplicates) {}

  const Status& error() const { return error_; }
  // The error may be the consequence of one that the parser has yet to find.
  bool unsure() const { return unsure_; }
  std::vector<YamlDocument> TakeDocuments() { return std::move(documents_); }
  Position PlaceOfMark(const YAML::Mark& mark);

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override;
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(false, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    Open(true, mark, tag, anchor);
    if (error_.ok()) frames_.back().is_flow = style == YAML::EmitterStyle::Flow;
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapEnd() override { Close(); }

 private:
  // An open list or map.
  struct Frame {
    bool is_map = false;
    bool has_key = false;   // a map's next node is a value
    bool is_merge = false;  // ... of the key `<<`
    bool is_flow = false;   // {...}
    std::string key;
    Position key_place;
    std::map<std::string, Position, std::less<>> keys;
    ObjectBuilder object;
    ArrayBuilder array;
    std::vector<Value> merged;
    bool has_merge = false;
    YAML::anchor_t anchor = 0;
    size_t nodes_before = 0;
    size_t pointer_size = 0;  // of the parent
  };
  struct Anchored {
    Value value;
    size_t nodes = 0;
    bool complete = false;
  };

  void Fail(Position place, std::string what) {
    if (error_.ok()) error_ = Status(Code::kInvalidArgument, Text(place) + ": " + std::move(what));
  }
  bool AtKey() const { return !frames_.empty() && frames_.back().is_map && !frames_.back().has_key; }
  void Open(bool is_map, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void Close();
  void Key(const Value& value, Position place, bool plain);
  size_t Enter(Position place);
  void Deliver(Value value, Position place);
  void Merge(Value value, Position place);
  void Leaf(Value value, Position place, YAML::anchor_t anchor, bool plain);
  Value FinishMap(Frame& frame);
  void Note(std::string pointer, Position place);
  void NoteDuplicate(std::string_view key, Position place);
  void CheckLastScalar();

  const std::string_view text_;
  const size_t max_depth_;
  const bool want_positions_;
  std::vector<std::string>* const duplicates_;  // null: a key that stands twice is an error
  size_t noted_bytes_ = 0;                      // of duplicates_
  Status error_;
  bool unsure_ = false;
  std::vector<YamlDocument> documents_;
  YamlDocument document_;
  bool document_is_empty_ = true;
  bool first_document_ = true;
  int last_start_ = -1;
  YAML::Mark last_scalar_ = YAML::Mark::null_mark();  // of the document
  YAML::Mark lone_key_ = YAML::Mark::null_mark();     // the last scalar, when it is a key and nothing follows it
  std::vector<Frame> frames_;
  std::string pointer_;     // of the node being read
  size_t merge_depth_ = 0;  // > 0 inside the value of `<<`: its nodes have no pointer of their own
  size_t nodes_ = 0;
  size_t alias_nodes_ = 0;
  size_t position_bytes_ = 0;
  std::map<YAML::anchor_t, Anchored> anchors_;
  // Where the last mark was, for PlaceOfMark.
  size_t cursor_ = 0;
  Position cursor_place_{1, 1};
};

// yaml-cpp counts columns in bytes. Marks come almost in order, so that the cursor walks the text about once.
Position Reader::PlaceOfMark(const YAML::Mark& mark) {
  if (mark.is_null()) return {1, 1};
  const size_t offset = std::min(static_cast<size_t>(std::max(mark.pos, 0)), text_.size());
  if (offset < cursor_) {
    const size_t line_start = offset == 0 ? 0 : text_.rfind('\n', offset - 1) + 1;  // npos + 1 is 0
    cursor_place_ = {mark.line + 1, 1};
    cursor_ = line_start;
  }
  for (; cursor_ < offset; ++cursor_) {
    if (text_[cursor_] == '\n') {
      ++cursor_place_.line;
      cursor_place_.column = 1;
    } else if ((static_cast<unsigned char>(text_[cursor_]) & 0xC0) != 0x80) {
      ++cursor_place_.column;
    }
  }
  return cursor_place_;
}

void Reader::Note(std::string pointer, Position place) {
  if (!want_positions_ || merge_depth_ > 0 || position_bytes_ > kMaxPositionBytes) return;
  position_bytes_ += pointer.size() + sizeof(Position);
  document_.positions.insert_or_assign(std::move(pointer), place);
}

void Reader::OnDocumentStart(const YAML::Mark& mark) {
  if (!error_.ok()) return;
  const std::string_view here = text_.substr(std::min(static_cast<size_t>(std::max(mark.pos, 0)), text_.size()));
  // yaml-cpp offers a token that it cannot use as one empty document after the other, for ever.
  if (mark.pos <= last_start_) return Fail(PlaceOfMark(mark), "this belongs to no document");
  last_start_ = mark.pos;
  if (!first_document_ && !here.starts_with("---")) {
    // Without a marker this is what the last document could not use: "a: 1" then "]", or two scalars in a row.
    std::string_view before = text_.substr(0, text_.size() - here.size());
    const size_t end = before.rfind("\n...");
    if (end == before.npos || before.substr(end + 4).find_first_not_of(" \t\r\n") != before.npos) {
      Fail(PlaceOfMark(mark), "the document should have ended before this");
      return;
    }
  }
  first_document_ = false;
  document_ = {};
  document_is_empty_ = true;
  frames_.clear();
  pointer_.clear();
  merge_depth_ = 0;
  anchors_.clear();
  last_scalar_ = lone_key_ = YAML::Mark::null_mark();
}

// No more than kMostNoted of them all, or a document of repeated keys would cost many times its size.
void Reader::NoteDuplicate(std::string_view key, Position place) {
  constexpr size_t kMostNoted = size_t{1} << 20;
  if (noted_bytes_ > kMostNoted) return;
  duplicates_->push_back("line " + std::to_string(place.line) + ": key " + Quote(key) + " already set in map");
  noted_bytes_ += duplicates_->back().size();
}

// Where yaml-cpp reads on over the end of what it was given: a quote that nobody closes, and a last line without a colon,
// which it takes for a key with nothing in it. Only the last scalar of a document can be either. O(its length).
void Reader::CheckLastScalar() {
  if (last_scalar_.is_null()) return;
  const std::string_view rest = text_.substr(std::min(static_cast<size_t>(last_scalar_.pos), text_.size()));
  const internal::ScalarEnd end = internal::EndOfScalar(rest);
  if (!end.closed) return Fail(PlaceOfMark(last_scalar_), "the quote that opens here is not closed");
  std::string_view before = text_.substr(0, text_.size() - rest.size());
  before = before.substr(0, before.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
  const bool explicit_key = before == "?" || before.ends_with(" ?") || before.ends_with("\n?");
  if (!lone_key_.is_null() && !explicit_key && !end.colon)
    Fail(PlaceOfMark(lone_key_), "a ':' is missing after this key");
}

void Reader::OnDocumentEnd() {
  if (error_.ok()) CheckLastScalar();
  if (error_.ok() && !document_is_empty_) documents_.push_back(std::move(document_));
}

// Steps into the node that begins here: its pointer, its place, its count. Returns the pointer size to go back to.
size_t Reader::Enter(Position place) {
  const size_t parent = pointer_.size();
  if (want_positions_ && !frames_.empty()) {
    const Frame& frame = frames_.back();
    pointer_ += '/';
    pointer_ += frame.is_map ? EscapePointerPart(frame.key) : std::to_string(frame.array.size());
  }
  Note(pointer_, place);
  ++nodes_;
  return parent;
}

void Reader::Open(bool is_map, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
  if (!error_.ok()) return;
  const Position place = PlaceOfMark(mark);
  const std::string_view own_tag = is_map ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq";
  if (AtKey()) {
    unsure_ = error_.ok();  // yaml-cpp takes "[1, 2" without an end for a key
    return Fail(place, "a key must be a scalar");
  }
  if (!tag.empty() && tag != "?" && tag != "!" && tag != own_tag)
    return Fail(place, "the tag " + tag + " is not supported");
  if (frames_.size() >= max_depth_) return Fail(place, "nested deeper than " + std::to_string(max_depth_) + " levels");
  document_is_empty_ = false;
  Frame frame;
  frame.is_map = is_map;
  frame.anchor = anchor;
  frame.nodes_before = nodes_;
  frame.pointer_size = Enter(place);
  if (!frames_.empty() && (merge_depth_ > 0 || frames_.back().is_merge)) ++merge_depth_;
  if (anchor != 0) anchors_[anchor] = {};
  frames_.push_back(std::move(frame));
}

void Reader::Close() {
  if (!error_.ok()) return;
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (merge_depth_ > 0) --merge_depth_;
  Value value = frame.is_map ? FinishMap(frame) : frame.array.Build();
  if (frame.anchor != 0) anchors_[frame.anchor] = {value, nodes_ - frame.nodes_before, true};
  pointer_.resize(frame.pointer_size);
  Deliver(std::move(value), {});
}

// Own fields win over merged ones, earlier merged maps over later ones; ObjectBuilder lets the last of equal keys win.
Value Reader::FinishMap(Frame& frame) {
  if (frame.merged.empty()) return frame.object.Build();
  ObjectBuilder all;
  for (size_t i = frame.merged.size(); i-- > 0;) {
    for (const Field& field : frame.merged[i].fields()) all.Add(field.key, field.value);
  }
  const Value own = frame.object.Build();
  for (const Field& field : own.fields()) all.Add(field.key, field.value);
  return all.Build();
}

void Reader::Deliver(Value value, Position place) {
  if (frames_.empty()) {
    document_.value = std::move(value);
    return;
  }
  Frame& frame = frames_.back();
  if (!frame.is_map) {
    frame.array.Add(std::move(value));
  } else if (frame.is_merge) {
    Merge(std::move(value), place.line > 0 ? place : frame.key_place);
    frame.has_key = frame.is_merge = false;
  } else {
    frame.object.Add(String(frame.key), std::move(value));
    frame.has_key = false;
  }
}

void Reader::Merge(Value value, Position place) {
  Frame& frame = frames_.back();
  if (value.is_object()) {
    frame.merged.push_back(std::move(value));
    return;
  }
  const bool all_maps = value.is_array() && std::ranges::all_of(value.elements(), &Value::is_object);
  if (!all_maps) return Fail(place, "the key << merges a map or a list of maps");
  for (const Value& map : value.elements()) frame.merged.push_back(map);
}

void Reader::Key(const Value& value, Position place, bool plain) {
  Frame& frame = frames_.back();
  frame.key_place = place;
  frame.has_key = true;
  if (plain && value == "<<") {
    if (frame.has_merge) return Fail(place, "the key << occurs twice in one map");
    frame.has_merge = frame.is_merge = true;
    frame.key = "<<";
    return;
  }
  if (value.is_null() || value.is_array() || value.is_object()) return Fail(place, "a key must be a string");
  frame.key = value.is_string() ? std::string(value.AsString()) : WriteJson(value);
  const auto [earlier, fresh] = frame.keys.try_emplace(frame.key, place);
  if (!fresh && duplicates_ == nullptr) {
    return Fail(place, "the key " + Quote(frame.key) + " occurs twice, first at " + Text(earlier->second));
  }
  if (!fresh) NoteDuplicate(frame.key, place);
  if (want_positions_ && merge_depth_ == 0) Note(pointer_ + '/' + EscapePointerPart(frame.key) + '#', place);
}

// A scalar or an alias: a whole node in one event.
void Reader::Leaf(Value value, Position place, YAML::anchor_t anchor, bool plain) {
  if (anchor != 0) anchors_[anchor] = {value, 1, true};
  document_is_empty_ = false;
  if (AtKey()) return Key(value, place, plain);
  const size_t parent = Enter(place);
  pointer_.resize(parent);
  Deliver(std::move(value), place);
}

void Reader::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (!error_.ok()) return;
  // The mark of a missing node is that of whatever follows; its key is the better place. A stream or document without
  // any node is left out.
  const size_t offset = std::min(static_cast<size_t>(std::max(mark.pos, 0)), text_.size());
  const bool written = offset < text_.size() && (text_[offset] == '~' || text_[offset] == 'n' || text_[offset] == 'N');
  const bool is_value = !frames_.empty() && frames_.back().is_map && frames_.back().has_key;
  const Position place = is_value && !written ? frames_.back().key_place : PlaceOfMark(mark);
  if (AtKey()) return Fail(place, written ? "a key must be a string" : "a key is missing here");
  if (frames_.empty() && !written && anchor == 0) return;
  if (is_value && !written && !frames_.back().is_flow) lone_key_ = last_scalar_;
  Leaf(Value(), place, anchor, true);
}

void Reader::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (!error_.ok()) return;
  const Position place = PlaceOfMark(mark);
  last_scalar_ = lone_key_ = YAML::Mark::null_mark();
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end() || !found->second.complete) return Fail(place, "an alias stands inside its own anchor");
  nodes_ += found->second.nodes;
  alias_nodes_ += found->second.nodes;
  if (alias_nodes_ > kMaxAliasNodes) return Fail(place, "aliases make the document too large");
  if (frames_.size() + static_cast<size_t>(found->second.value.depth()) > max_depth_) {
    return Fail(place, "an alias makes the document deeper than " + std::to_string(max_depth_) + " levels");
  }
  Leaf(found->second.value, place, 0, false);
}

void Reader::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) {
  if (!error_.ok()) return;
  const Position place = PlaceOfMark(mark);
  last_scalar_ = mark;
  lone_key_ = YAML::Mark::null_mark();
  if (tag == "!" || tag == "tag:yaml.org,2002:str")
    return Leaf(Value(internal::RepairEscapes(text)), place, anchor, false);
  const Result<Value> value = internal::ResolvePlainScalar(text);
  if (!value.ok()) return Fail(place, value.status().message());
  if (tag == "?" || tag.empty()) return Leaf(*value, place, anchor, true);

  struct Tag {
    std::string_view name;
    bool (*fits)(const Value&);
  };
  static constexpr Tag kTags[] = {
      {"tag:yaml.org,2002:null", [](const Value& v) { return v.is_null(); }},
      {"tag:yaml.org,2002:bool", [](const Value& v) { return v.is_bool(); }},
      {"tag:yaml.org,2002:int", [](const Value& v) { return v.is_int() || v.type() == Value::Type::kUint; }},
      {"tag:yaml.org,2002:float", [](const Value& v) { return v.is_number(); }},
  };
  const auto* known = std::ranges::find(kTags, std::string_view(tag), &Tag::name);
  if (known == std::end(kTags)) return Fail(place, "the tag " + tag + " is not supported");
  if (!known->fits(*value)) return Fail(place, Quote(text) + " does not fit its tag " + tag);
  const bool as_double = tag.ends_with(":float") && value->type() != Value::Type::kDouble;
  Leaf(as_double ? Value(value->AsDouble()) : *value, place, anchor, false);
}

Result<std::vector<YamlDocument>> Parse(std::string_view text, const ParseLimits& limits, bool want_positions,
                                        std::vector<std::string>* duplicates) {
  if (text.size() > std::min(limits.max_bytes, size_t{1} << 30)) {
    return Status(Code::kTooLarge, "the document has " + std::to_string(text.size()) + " bytes, the limit is " +
                                       std::to_string(limits.max_bytes));
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  WT_RETURN_IF_ERROR(internal::CheckCharacters(text));
  Reader reader(text, std::clamp(limits.max_depth, 1, kMaxYamlDepth), want_positions, duplicates);
  Status failed;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (reader.error().ok() && parser.HandleNextDocument(reader)) {
    }
  } catch (const YAML::DeepRecursion& e) {
    failed = Status(Code::kInvalidArgument, Text(reader.PlaceOfMark(e.mark)) + ": nested too deeply");
  } catch (const YAML::Exception& e) {
    failed = Status(Code::kInvalidArgument, Text(reader.PlaceOfMark(e.mark)) + ": " + e.msg);
  } catch (const std::exception& e) {
    failed = Status(Code::kInvalidArgument, std::string("1:1: ") + e.what());
  }
  // After an error of ours the parser reads on for a while; what it says then mostly comes second.
  if (failed.ok() || !reader.unsure()) WT_RETURN_IF_ERROR(reader.error());
  WT_RETURN_IF_ERROR(failed);
  return reader.TakeDocuments();
}

}  // namespace

Position YamlDocument::PositionOf(std::string_view pointer) const {
  for (;;) {
    if (const auto found = positions.find(pointer); found != positions.end()) return found->second;
    if (pointer.empty()) return {};
    if (pointer.ends_with('#')) {
      pointer.remove_suffix(1);
    } else {
      pointer = pointer.substr(0, pointer.rfind('/') == pointer.npos ? 0 : pointer.rfind('/'));
    }
  }
}

Result<std::vector<YamlDocument>> ParseYaml(std::string_view text, const ParseLimits& limits) {
  return Parse(text, limits, true, nullptr);
}

Result<std::vector<Value>> ParseYamlValues(std::string_view text, const ParseLimits& limits,
                                           std::vector<std::string>* duplicates) {
  WT_ASSIGN(std::vector<YamlDocument> documents, Parse(text, limits, false, duplicates));
  std::vector<Value> values;
  values.reserve(documents.size());
  for (YamlDocument& document : documents) values.push_back(std::move(document.value));
  return values;
}

}  // namespace wavetank
