#include "runtime/api/schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "runtime/api/defaults.h"
#include "runtime/value/json.h"
#include "runtime/value/patch.h"

namespace wavetank {
namespace {

Value J(std::string_view text) {
  Result<Value> v = ParseJson(text);
  EXPECT_TRUE(v.ok()) << text << ": " << v.status().ToString();
  return v.ok() ? *v : Value();
}

// The same content in nodes nobody has marked.
Value Fresh(const Value& v) { return J(WriteJson(v)); }

std::vector<std::string> Lines(const std::string& name) {
  std::ifstream in(std::string(WAVETANK_SOURCE_DIR) + "/tools/gen/kinds/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  EXPECT_FALSE(lines.empty()) << name;
  return lines;
}

const TypeInfo& Type(std::string_view name) {
  const TypeInfo* type = KindRegistry::BuiltIn().FindType("io.k8s.api." + std::string(name));
  WT_CHECK(type != nullptr, "the test names a type");
  return *type;
}

// ---- special_values.jsonl: a struct holder[T] with one field v.

struct Holder {
  TypeRef element;
  TypeInfo type;
};

TypeRef RefOf(std::string_view name, TypeRef& element) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  const auto special = [&](std::string_view type) {
    return TypeRef{Shape::kStruct, kinds.FindType("io.k8s.apimachinery.pkg." + std::string(type)), nullptr};
  };
  element = {Shape::kString, nullptr, nullptr};
  if (name == "quantity") return special("api.resource.Quantity");
  if (name == "int-or-string") return special("util.intstr.IntOrString");
  if (name == "time") return special("apis.meta.v1.Time");
  if (name == "micro-time") return special("apis.meta.v1.MicroTime");
  if (name == "raw-extension") return special("runtime.RawExtension");
  if (name == "fields-v1") return special("apis.meta.v1.FieldsV1");
  if (name == "[]string") return {Shape::kList, nullptr, &element};
  if (name == "map[string]string") return {Shape::kMap, nullptr, &element};
  const std::pair<std::string_view, Shape> scalars[] = {{"string", Shape::kString},  {"bool", Shape::kBool},
                                                        {"int32", Shape::kInt32},    {"int64", Shape::kInt64},
                                                        {"float64", Shape::kDouble}, {"bytes", Shape::kBytes}};
  for (const auto& [text, shape] : scalars) {
    if (name == text) return {shape, nullptr, nullptr};
  }
  ADD_FAILURE() << "unknown special " << name;
  return {};
}

Value ZeroFor(const TypeRef& ref) {
  switch (ref.shape) {
    case Shape::kString: return "";
    case Shape::kBool: return false;
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kDouble: return 0;
    case Shape::kStruct:
      if (ref.type->special == Special::kQuantity) return "0";
      if (ref.type->special == Special::kIntOrString) return 0;
      return {};
    default: return {};
  }
}

void MakeHolder(std::string_view name, Holder& holder) {
  const bool pointer = name.starts_with('*');
  FieldInfo field{Name("v")};
  field.type = RefOf(pointer ? name.substr(1) : name, holder.element);
  field.pointer = pointer;
  field.has_zero = true;
  if (!pointer) field.zero = ZeroFor(field.type);
  std::string inner(name);
  if (field.type.shape == Shape::kBytes) inner = "[]uint8";
  if (field.type.shape == Shape::kStruct) inner = (pointer ? "*" : "") + field.type.type->go;
  holder.type.go = "holder[" + inner + "]";
  holder.type.fields.push_back(std::move(field));
  holder.type.id = NewTypeId();
  holder.type.Seal();
}

bool SameNumber(const Value& a, const Value& b) {
  return a.is_number() && b.is_number() && a.AsDouble() == b.AsDouble();
}

// A Value keeps a number, not its text: 1e3 is 1000.0 by the time it is decoded.
bool NumberTextLost(std::string_view line) {
  const size_t in = line.find("\"in\":");
  const size_t end = line.find(',', in);
  const std::string_view text = line.substr(in + 5, end - in - 5);
  return !text.starts_with('"') && (text.find_first_of("eE") != text.npos) && text.find("true") == text.npos &&
         text.find("false") == text.npos;
}

TEST(Decode, SpecialValues) {
  int checked = 0;
  for (const std::string& line : Lines("special_values.jsonl")) {
    std::vector<std::string> duplicates;
    Result<Value> row = ParseJson(line, {}, &duplicates);
    if (!row.ok()) {
      EXPECT_NE(line.find("1e400"), line.npos) << line;  // no double; the JSON parser says so
      continue;
    }
    if (!duplicates.empty()) continue;  // found by the JSON parser
    ++checked;
    Holder holder;
    MakeHolder((*row)["special"].AsString(), holder);
    const Result<Decoded> got = Decode(holder.type, Value::EmptyObject().Set(Name("v"), (*row)["in"]));
    if (row->Has("error")) {
      ASSERT_FALSE(got.ok()) << line << " -> " << WriteJson(got->value);
      if (!NumberTextLost(line)) EXPECT_EQ(got.status().message(), (*row)["error"].AsString()) << line;
      continue;
    }
    ASSERT_TRUE(got.ok()) << line << ": " << got.status().message();
    const Value& out = got->value["v"];
    if (NumberTextLost(line) && out.is_string()) continue;
    EXPECT_TRUE(out == (*row)["out"] || SameNumber(out, (*row)["out"])) << line << " -> " << WriteJson(out);
    // What was decoded is decoded.
    EXPECT_EQ(Decode(holder.type, Fresh(got->value))->value, Fresh(got->value)) << line;
  }
  EXPECT_GT(checked, 470);
}

TEST(Decode, AddsWhatGoPrintsAnyway) {
  const Value pod =
      Decode(Type("core.v1.Pod"), J(R"({"metadata":{"name":"a"},"spec":{"containers":[{"name":"c"}]}})"))->value;
  EXPECT_EQ(WriteJson(pod),
            R"({"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","resources":{}}]},"status":{}})");
  const Value deployment = Decode(Type("apps.v1.Deployment"), J(R"({"spec":{"replicas":null}})"))->value;
  EXPECT_EQ(WriteJson(deployment["spec"]),
            R"({"selector":null,"strategy":{},"template":{"metadata":{},"spec":{"containers":null}}})");
  EXPECT_EQ(WriteJson(Decode(Type("core.v1.ConfigMap"), Value())->value), R"({"metadata":{}})");
}

TEST(Decode, DropsWhatGoLeavesOut) {
  const Value pod = Decode(Type("core.v1.Pod"), J(R"({"metadata":{"labels":{},"creationTimestamp":null,"generation":0},
      "spec":{"containers":[],"nodeName":"","hostNetwork":false,"terminationGracePeriodSeconds":0,"volumes":[]},"status":{}})"))
                        ->value;
  EXPECT_EQ(WriteJson(pod),
            R"({"metadata":{},"spec":{"containers":[],"terminationGracePeriodSeconds":0},"status":{}})");
}

TEST(Decode, NamesUnknownFields) {
  const Decoded d = *Decode(Type("core.v1.Pod"), J(R"({"metadata":{"odd":1},"foo":{"x":1},
      "spec":{"containers":[{"name":"c"},{"name":"d","Image":"x","env":[{"name":"e","nope":1}]}]}})"));
  EXPECT_EQ(d.unknown_fields, (std::vector<std::string>{"foo", "metadata.odd", "spec.containers[1].Image",
                                                        "spec.containers[1].env[0].nope"}));
  EXPECT_FALSE(d.value.Has("foo"));
  std::string many = "{";
  for (int i = 0; i < 150; ++i) many += "\"x" + std::to_string(i) + "\":1,";
  many.back() = '}';
  EXPECT_EQ(Decode(Type("core.v1.Pod"), J(many))->unknown_fields.size(), 100u);
}

TEST(Decode, ErrorTextsNameTheStructAndThePath) {
  const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
      {"core.v1.ConfigMap", R"({"data":{"a":1}})",
       "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"},
      {"core.v1.ConfigMap", R"({"data":[]})",
       "json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string"},
      {"core.v1.ConfigMap", R"({"metadata":"x"})",
       "json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta"},
      {"core.v1.ConfigMap", R"({"metadata":{"labels":{"a":true}}})",
       "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string"},
      {"core.v1.ConfigMap", R"({"binaryData":{"a":"YWI"}})", "illegal base64 data at input byte 0"},
      {"apps.v1.Deployment", R"({"spec":{"replicas":"3"}})",
       "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"},
      {"apps.v1.Deployment", R"({"spec":{"replicas":3000000000}})",
       "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32"},
      {"apps.v1.Deployment", R"({"spec":{"template":{"spec":{"containers":{}}}}})",
       "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type "
       "[]v1.Container"},
      {"core.v1.Pod", R"({"spec":{"volumes":[{"hostPath":5}]}})",
       "json: cannot unmarshal number into Go struct field Volume.spec.volumes.hostPath of type "
       "v1.HostPathVolumeSource"},
      {"core.v1.Pod", R"({"spec":{"restartPolicy":5}})",
       "json: cannot unmarshal number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy"},
      {"core.v1.Pod", "[]", "json: cannot unmarshal array into Go value of type v1.Pod"},
      // What a type's own decoder says comes first, wherever it stands.
      {"core.v1.Pod", R"({"metadata":{"creationTimestamp":"soon","name":1}})",
       "parsing time \"soon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"soon\" as \"2006\""},
  };
  for (const auto& [type, text, message] : cases) {
    const Result<Decoded> got = Decode(Type(type), J(text));
    ASSERT_FALSE(got.ok()) << text;
    EXPECT_EQ(got.status().message(), message);
  }
}

TEST(Decode, SchemasOfDefinitions) {
  const TypeInfo& schema =
      *KindRegistry::BuiltIn().FindType("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
  const Value in = J(R"({"type":"object","additionalProperties":{"type":"string","odd":1},"items":{"type":"a"},
      "default":{"x":[1.5,null]},"properties":{"a":{"additionalProperties":false,"items":[{"type":"b"}],
      "dependencies":{"q":["a"],"r":{"type":"c"}}}}})");
  const Decoded d = *Decode(schema, in);
  EXPECT_EQ(d.unknown_fields, std::vector<std::string>{"additionalProperties.odd"});
  EXPECT_EQ(d.value, in.Set(Name("additionalProperties"), J(R"({"type":"string"})")));
  EXPECT_EQ(Decode(schema, J(R"({"additionalProperties":1})")).status().message(), "boolean or JSON schema expected");
}

TEST(Decode, IsTheIdentityTheSecondTime) {
  const TypeInfo& type = Type("core.v1.Pod");
  const Value once = Decode(type, J(R"({"spec":{"containers":[{"name":"a","x":1}]}})"))->value;
  EXPECT_TRUE(HasMark(once, type, kMarkDecoded));
  const Decoded twice = *Decode(type, once);
  EXPECT_EQ(twice.value.identity(), once.identity());
  EXPECT_TRUE(twice.unknown_fields.empty());
  const Value fresh = Fresh(once);
  EXPECT_EQ(Decode(type, fresh)->value.identity(), fresh.identity());
}

// ---- defaults.jsonl

// The samples of the file: `lists` fills every list of structs with one empty element, `skeleton` also sets every
// pointer to a struct.
Value Sample(const TypeInfo& type, bool skeleton, bool top) {
  ObjectBuilder builder;
  for (const FieldInfo* f : type.by_name) {
    const TypeRef* ref = &f->type;
    const bool list = ref->shape == Shape::kList;
    if (list) ref = ref->element;
    if (ref->shape != Shape::kStruct || ref->type->special != Special::kNone || ref->type->fields.empty()) continue;
    if (ref->type->name.ends_with(".JSONSchemaProps")) continue;
    if (top && (f->name.view() == "metadata" || (skeleton && f->name.view() == "status"))) continue;
    if (f->pointer && !skeleton) continue;
    Value inner = Sample(*ref->type, skeleton, false);
    builder.Add(f->name, list ? Value::Array({inner}) : inner);
  }
  return builder.Build();
}

void Differences(const Value* before, const Value& after, const std::string& path, std::map<std::string, Value>& out) {
  if (before != nullptr && *before == after) return;
  if (after.is_object() && !after.empty()) {
    for (const Field& f : after.fields()) {
      const Value* inner = before == nullptr ? nullptr : before->Find(f.key.view());
      Differences(inner, f.value, path + "/" + EscapePointerPart(f.key.view()), out);
    }
  } else if (after.is_array() && !after.empty()) {
    for (size_t i = 0; i < after.size(); ++i) {
      const Value* inner = before != nullptr && i < before->size() && before->is_array() ? &(*before)[i] : nullptr;
      Differences(inner, after[i], path + "/" + std::to_string(i), out);
    }
  } else {
    out[path] = after;
  }
}

TEST(Defaults, AllSamples) {
  std::set<uint32_t> with_samples;
  for (const std::string& line : Lines("defaults.jsonl")) {
    const Value row = J(line);
    const Value& gvk = row["gvk"];
    const ResourceInfo* r =
        KindRegistry::BuiltIn().Find(Gvk(gvk["group"].AsString(), gvk["version"].AsString(), gvk["kind"].AsString()));
    ASSERT_NE(r, nullptr) << line;
    with_samples.insert(r->type->id);
    Value in = row["in"];
    if (in.is_null()) in = Sample(*r->type, row["sample"] == "skeleton", true);
    in = Decode(*r->type, in)->value;
    if (row.Has("in") && row["sample"] == "empty") EXPECT_EQ(in, row["in"]) << line;
    const Value out = ApplyDefaults(*r->type, in);
    std::map<std::string, Value> got;
    Differences(&in, out, "", got);
    std::map<std::string, Value> want;
    for (const Field& f : row["set"].fields()) {
      if (!f.key.view().ends_with("/timeAdded"))
        want[f.key.str()] = f.value;  // the time of the defaulting: no pure function
    }
    for (const auto& [path, value] : want) {
      EXPECT_TRUE(got.contains(path)) << r->gvk.ToString() << " " << row["sample"].AsString() << " lacks " << path;
      if (got.contains(path)) EXPECT_EQ(WriteJson(got[path]), WriteJson(value)) << r->gvk.ToString() << path;
    }
    for (const auto& [path, value] : got) {
      EXPECT_TRUE(want.contains(path)) << r->gvk.ToString() << " " << row["sample"].AsString() << " has " << path << " "
                                       << WriteJson(value);
    }
    if (row.Has("out")) EXPECT_EQ(WriteJson(out), WriteJson(row["out"]));
    // Idempotent, complete for the decoder, and blind to marks and memo.
    EXPECT_EQ(ApplyDefaults(*r->type, out).identity(), out.identity());
    EXPECT_EQ(ApplyDefaults(*r->type, Fresh(out)), out) << line;
    EXPECT_EQ(Decode(*r->type, Fresh(out))->value, out) << line;
    EXPECT_EQ(ApplyDefaults(*r->type, Fresh(in)), out) << line;
  }
  // Kinds without an entry have no defaults.
  for (const ResourceInfo* r : KindRegistry::BuiltIn().Resources()) {
    if (with_samples.contains(r->type->id)) continue;
    const Value in = Decode(*r->type, Sample(*r->type, true, true))->value;
    EXPECT_EQ(ApplyDefaults(*r->type, in), in) << r->gvk.ToString();
  }
}

TEST(Defaults, EveryRowSetsWhatItSays) {
  // Each plain row on a struct of its type that has nothing but what the row's condition asks for.
  for (const defaults::Rule& rule : defaults::Rules()) {
    if (rule.form != defaults::Form::kValue || !rule.under.empty() || !rule.when.empty()) continue;
    const KindRegistry& kinds = KindRegistry::BuiltIn();
    const TypeInfo* type = kinds.FindType("io.k8s.api." + std::string(rule.type));
    if (type == nullptr) type = kinds.FindType("io.k8s." + std::string(rule.type));
    const Value out = ApplyDefaults(*type, Decode(*type, Value::EmptyObject())->value);
    std::map<std::string, Value> extra;
    const Value want = J(rule.text);
    const Value got = out[rule.field];
    for (const Field& f : want.fields()) EXPECT_EQ(got[f.key.view()], f.value) << rule.type << " " << rule.field;
    if (!want.is_object()) EXPECT_EQ(got, want) << rule.type << " " << rule.field;
    if (want.is_object()) EXPECT_TRUE(got.is_object()) << rule.type << " " << rule.field;
  }
}

TEST(Defaults, Conditions) {
  const auto service = [](std::string_view spec) {
    const TypeInfo& type = Type("core.v1.Service");
    return ApplyDefaults(type, Decode(type, Value::EmptyObject().Set(Name("spec"), J(spec)))->value)["spec"];
  };
  EXPECT_FALSE(service(R"({"type":"ExternalName","externalIPs":["1.1.1.1"]})").Has("externalTrafficPolicy"));
  EXPECT_FALSE(
      service(R"({"sessionAffinity":"None","sessionAffinityConfig":{"clientIP":{}}})").Has("sessionAffinityConfig"));
  EXPECT_EQ(service(R"({"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":5}}})")
                ["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"],
            Value(5));
  const TypeInfo& lb = Type("core.v1.Service");
  const Value balanced = ApplyDefaults(lb, Decode(lb, J(R"({"spec":{"type":"LoadBalancer"},
      "status":{"loadBalancer":{"ingress":[{"ip":"1.1.1.1"},{"hostname":"h"}]}}})"))
                                               ->value);
  EXPECT_EQ(WriteJson(balanced["status"]["loadBalancer"]["ingress"]),
            R"([{"ip":"1.1.1.1","ipMode":"VIP"},{"hostname":"h"}])");
  const TypeInfo& taken = Type("resource.v1.ExactDeviceRequest");
  EXPECT_FALSE(ApplyDefaults(taken, Decode(taken, J(R"({"allocationMode":"All"})"))->value).Has("count"));
  const TypeInfo& rollout = Type("apps.v1.DeploymentStrategy");
  EXPECT_FALSE(ApplyDefaults(rollout, J(R"({"type":"Recreate"})")).Has("rollingUpdate"));
}

TEST(Defaults, ImageTags) {
  const TypeInfo& type = Type("core.v1.Container");
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"nginx", "Always"},
      {"nginx:latest", "Always"},
      {"nginx:1", "IfNotPresent"},
      {"host:5000/nginx", "Always"},
      {"host:5000/nginx:2", "IfNotPresent"},
      {"", "IfNotPresent"},
      {"nginx@sha256:0", "IfNotPresent"},
      {"nginx:latest@sha256:0", "Always"},
      {"Nginx", "IfNotPresent"},
      {"Host/nginx", "Always"},
      {"a b", "IfNotPresent"},
  };
  for (const auto& [image, policy] : cases) {
    const Value c = ApplyDefaults(type, Decode(type, Value::EmptyObject().Set(Name("image"), image))->value);
    EXPECT_EQ(c["imagePullPolicy"], policy) << image;
  }
}

TEST(Defaults, PodsOfOneTemplateShareTheSpec) {
  const TypeInfo& type = Type("core.v1.Pod");
  const Value spec = J(R"({"containers":[{"name":"a","image":"x:1","resources":{"limits":{"cpu":"1"}}}]})");
  const auto pod = [&](const char* name) {
    const Value in = Value::EmptyObject().Set(Name("spec"), spec).SetIn({Name("metadata"), Name("name")}, name);
    return ApplyDefaults(type, Decode(type, in)->value);
  };
  const Value first = pod("a");
  // The template itself was never decoded; decode it once so that both start from one node.
  const Value decoded = Decode(*type.Find("spec")->type.type, spec)->value;
  const auto share = [&](const char* name) {
    return ApplyDefaults(
        type,
        Decode(type, Value::EmptyObject().Set(Name("spec"), decoded).SetIn({Name("metadata"), Name("name")}, name))
            ->value);
  };
  const Value second = share("b");
  const Value third = share("c");
  EXPECT_EQ(first["spec"], second["spec"]);
  EXPECT_EQ(second["spec"].identity(), third["spec"].identity());
  EXPECT_EQ(third["spec"]["containers"][0]["resources"]["requests"]["cpu"], "1");
  EXPECT_FALSE(decoded.Has("enableServiceLinks"));
}

}  // namespace
}  // namespace wavetank
