#include "runtime/api/kind_base.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "runtime/api/kind_table.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

std::vector<std::string_view> Split(const char* words, char separator) {
  std::vector<std::string_view> parts;
  std::string_view rest = words == nullptr ? "" : words;
  if (rest.empty()) return parts;
  while (true) {
    const size_t comma = rest.find(separator);
    parts.push_back(rest.substr(0, comma));
    if (comma == rest.npos) return parts;
    rest.remove_prefix(comma + 1);
  }
}

std::vector<std::string> Strings(const char* words) {
  const std::vector<std::string_view> parts = Split(words, ',');
  return std::vector<std::string>(parts.begin(), parts.end());
}

Value Json(const char* text) {
  if (text == nullptr) return {};
  Result<Value> value = ParseJson(text);
  WT_CHECK(value.ok(), "the kind table holds valid JSON");
  return *value;
}

// Lists that say something when they are sent empty, which `omitempty` alone would not let through: it keeps the defaults away.
struct EmptyCounts {
  std::string_view type;
  std::string_view field;
};
constexpr EmptyCounts kEmptyCounts[] = {{"io.k8s.api.autoscaling.v2.HPAScalingRules", "policies"}};

bool LeavesOutEmpty(const TypeInfo& type, Name field) {
  return std::ranges::none_of(
      kEmptyCounts, [&](const EmptyCounts& row) { return row.field == field.view() && row.type == type.name; });
}

// Rows to values. The tables are constant, so a broken one is a bug of the generator.
class Builder {
 public:
  explicit Builder(KindRegistry::Base& base) : base_(base) {
    for (const char* text : kind_table::zeros()) zeros_.push_back(Json(text));
  }

  void Types() {
    base_.refs.resize(kind_table::type_refs().size());
    base_.types.resize(kind_table::types().size());
    for (size_t i = 0; i < base_.refs.size(); ++i) {
      const kind_table::TypeRefRow& row = kind_table::type_refs()[i];
      base_.refs[i].shape = row.shape;
      if (row.shape == Shape::kStruct) base_.refs[i].type = &base_.types[row.target];
      if (row.shape == Shape::kList || row.shape == Shape::kMap) base_.refs[i].element = &base_.refs[row.target];
    }
    size_t next = 0;
    for (size_t i = 0; i < base_.types.size(); ++i) {
      FillType(base_.types[i], kind_table::types()[i], kind_table::fields().subspan(next));
      next += kind_table::types()[i].fields;
    }
    WT_CHECK(next == kind_table::fields().size(), "every field row belongs to a type");
    SealInOrder();
  }

  void Resources() {
    size_t sub = 0;
    size_t column = 0;
    for (const kind_table::ResourceRow& row : kind_table::resources()) {
      AddResource(row);
      ResourceInfo& info = base_.resources.back();
      for (const auto& s : kind_table::subresources().subspan(sub, row.subresources)) {
        info.subresources.push_back({s.name, Gvk(s.group, s.version, s.kind), Strings(s.verbs), Type(s.type)});
      }
      for (const auto& c : kind_table::columns().subspan(column, row.columns)) {
        info.columns.push_back({c.name, c.type, c.format, c.priority});
      }
      sub += row.subresources;
      column += row.columns;
    }
    for (const kind_table::GroupRow& row : kind_table::groups()) {
      base_.groups.push_back({row.name, Strings(row.versions), row.preferred});
    }
  }

  void Index() {
    for (uint32_t i = 0; i < base_.types.size(); ++i) base_.type_index.Insert(TextHash(base_.types[i].name), i);
    for (uint32_t i = 0; i < base_.resources.size(); ++i) {
      const ResourceInfo& r = base_.resources[i];
      base_.gvr_index.Insert(TripleHash(TextHash(r.gvr.group), TextHash(r.gvr.version), TextHash(r.gvr.resource)), i);
      base_.gvk_index.Insert(TripleHash(TextHash(r.gvk.group), TextHash(r.gvk.version), TextHash(r.gvk.kind)), i);
    }
  }

 private:
  const TypeInfo* Type(int index) const { return index < 0 ? nullptr : &base_.types[index]; }

  void FillType(TypeInfo& type, const kind_table::TypeRow& row, std::span<const kind_table::FieldRow> fields) {
    type.id = NewTypeId();
    type.name = row.name;
    type.go = row.go;
    type.special = row.special;
    type.map_atomic = row.map_atomic;
    type.in_openapi = row.in_openapi;
    type.no_proto = row.no_proto;
    type.unions = Json(row.unions);
    for (const std::string_view gvk : Split(row.gvks, ',')) {
      const size_t a = gvk.find('/');
      const size_t b = gvk.find('/', a + 1);
      type.gvks.emplace_back(gvk.substr(0, a), gvk.substr(a + 1, b - a - 1), gvk.substr(b + 1));
    }
    type.fields.reserve(row.fields);
    for (const kind_table::FieldRow& f : fields.first(row.fields)) FillField(type, f);
  }

  void FillField(TypeInfo& type, const kind_table::FieldRow& row) {
    FieldInfo& f = type.fields.emplace_back(Name(row.name == nullptr ? "" : row.name));
    f.type = base_.refs[row.type];
    f.inlined = row.name == nullptr;
    f.pointer = (row.flags & kind_table::kPointer) != 0;
    f.omitempty = (row.flags & kind_table::kOmitEmpty) != 0 && LeavesOutEmpty(type, f.name);
    f.required = (row.flags & kind_table::kRequired) != 0;
    f.has_zero = row.zero >= 0;
    if (f.has_zero) f.zero = zeros_[row.zero];
    if ((row.flags & kind_table::kListSet) != 0) f.list = ListKind::kSet;
    if ((row.flags & kind_table::kListMap) != 0) f.list = ListKind::kMap;
    f.has_list_kind = (row.flags & (kind_table::kListSet | kind_table::kListMap | kind_table::kListAtomic)) != 0;
    f.map_atomic = (row.flags & kind_table::kMapAtomic) != 0;
    f.map_granular = (row.flags & kind_table::kMapGranular) != 0;
    f.patch_merge = (row.flags & kind_table::kPatchMerge) != 0;
    f.patch_retain_keys = (row.flags & kind_table::kPatchRetainKeys) != 0;
    f.patch_replace = (row.flags & kind_table::kPatchReplace) != 0;
    f.proto = row.proto;
    if (row.options < 0) return;
    const kind_table::OptionsRow& o = kind_table::options()[row.options];
    f.default_value = Json(o.default_json);
    f.enum_values = Strings(o.enum_values);
    for (const std::string_view key : Split(o.list_keys, ',')) f.list_keys.emplace_back(key);
    if (o.merge_key != nullptr) f.patch_merge_key = o.merge_key;
    if (o.named != nullptr) f.named = o.named;
  }

  // Inlined types first.
  void SealInOrder() {
    std::vector<bool> sealed(base_.types.size());
    for (TypeInfo& type : base_.types) Seal(type, sealed);
    const TypeInfo* schema = nullptr;
    for (const TypeInfo& type : base_.types) {
      if (type.name.ends_with(".JSONSchemaProps")) schema = &type;
    }
    for (TypeInfo& type : base_.types) {
      if (type.special == Special::kSchemaOrBool || type.special == Special::kSchemaOrArray ||
          type.special == Special::kSchemaOrStringArray) {
        type.alternative = schema;
      }
    }
  }

  void Seal(TypeInfo& type, std::vector<bool>& sealed) {
    const size_t at = type.id - base_.types[0].id;
    if (sealed[at]) return;
    sealed[at] = true;
    for (const FieldInfo& f : type.fields) {
      if (f.inlined) Seal(base_.types[f.type.type->id - base_.types[0].id], sealed);
    }
    type.Seal();
  }

  void AddResource(const kind_table::ResourceRow& row) {
    ResourceInfo& r =
        base_.resources.emplace_back(Gvr(row.group, row.version, row.plural), Gvk(row.group, row.version, row.kind));
    r.singular = row.singular;
    r.list_kind = row.list_kind;
    r.short_names = Strings(row.short_names);
    r.categories = Strings(row.categories);
    r.verbs = Strings(row.verbs);
    r.storage_version_hash = row.hash;
    r.field_selectors = Strings(row.field_selectors);
    r.field_selector_error = row.field_selector_error;
    r.namespaced = (row.flags & kind_table::kNamespaced) != 0;
    r.stored = (row.flags & kind_table::kStored) != 0;
    r.preferred = (row.flags & kind_table::kPreferred) != 0;
    r.has_status = (row.flags & kind_table::kHasStatus) != 0;
    r.has_scale = (row.flags & kind_table::kHasScale) != 0;
    r.type = Type(row.type);
    r.list_type = Type(row.list_type);
    r.index = static_cast<uint32_t>(base_.resources.size() - 1);
  }

  KindRegistry::Base& base_;
  std::vector<Value> zeros_;
};

// What Kubernetes reads in a version: "v2beta3" -> stage 1 (beta), 2, 3. Stage 3 is none of them.
struct Version {
  int stage = 3;  // 0: GA, 1: beta, 2: alpha
  uint64_t major = 0;
  uint64_t minor = 0;
};

Version ParseVersion(std::string_view text) {
  Version v;
  if (!text.starts_with('v')) return v;
  const char* const end = text.data() + text.size();
  const auto [after_major, bad_major] = std::from_chars(text.data() + 1, end, v.major);
  if (bad_major != std::errc()) return {};
  std::string_view rest(after_major, end);
  if (rest.empty()) return {0, v.major, 0};
  const int stage = rest.starts_with("beta") ? 1 : rest.starts_with("alpha") ? 2 : 3;
  if (stage == 3) return {};
  rest.remove_prefix(stage == 1 ? 4 : 5);
  const auto [after_minor, bad_minor] = std::from_chars(rest.data(), end, v.minor);
  if (bad_minor != std::errc() || after_minor != end) return {};
  return {stage, v.major, v.minor};
}

}  // namespace

TextIndex::TextIndex(size_t entries) : slots_(std::bit_ceil(entries * 2 + 2)) {}

void TextIndex::Insert(uint64_t hash, uint32_t position) {
  size_t i = hash & (slots_.size() - 1);
  while (slots_[i] != 0) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = position + 1;
}

KindRegistry::Base::Base()
    : type_index(kind_table::types().size()),
      gvr_index(kind_table::resources().size()),
      gvk_index(kind_table::resources().size()) {
  Builder builder(*this);
  builder.Types();
  builder.Resources();
  builder.Index();
}

bool VersionBefore(std::string_view a, std::string_view b) {
  const Version x = ParseVersion(a);
  const Version y = ParseVersion(b);
  if (x.stage != y.stage) return x.stage < y.stage;
  if (x.major != y.major) return x.major > y.major;
  if (x.minor != y.minor) return x.minor > y.minor;
  return a < b;
}

}  // namespace wavetank
