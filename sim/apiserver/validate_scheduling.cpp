// Where a Pod may run: affinity, selectors, tolerations, spreading (API-722, API-725).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kEffect("effect");
const Name kKey("key");
const Name kOperator("operator");
const Name kTopologyKey("topologyKey");
const Name kValues("values");
const Name kWhenUnsatisfiable("whenUnsatisfiable");
const Name kMatchExpressions("matchExpressions");

constexpr std::string_view kEffects = "NoSchedule,PreferNoSchedule,NoExecute";

bool IsOneOf(const Value& value, std::string_view words) {
  return value.is_string() && HasWord(words, value.AsString());
}

std::string Joined(const Complaints& complaints) { return Join(complaints, ";"); }

// How many values an operator takes. words: the operators that compare numbers, if any are allowed.
void OperatorValues(const Site& site, const Rule& rule) {
  const Value& op = site.value[kOperator];
  const Value& values = site.value[kValues];
  const Path at(&site.path, kValues.view());
  if (IsOneOf(op, "In,NotIn")) {
    if (values.empty()) site.errors.Required(at, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (IsOneOf(op, "Exists,DoesNotExist")) {
    if (!values.empty())
      site.errors.Forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (!rule.words.empty() && IsOneOf(op, rule.words)) {
    if (values.size() != 1) site.errors.Required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else {
    site.errors.Invalid(site.path / kOperator, op.is_null() ? Value("") : op, "not a valid selector operator");
  }
}

// What must hold is made of labels that exist; what is only preferred may be anything.
void RequiredTerms(const Site& site, const Rule&) {
  const TypeInfo& term_type = *site.ref->element->type;
  const TypeInfo& type = *term_type.Find("matchExpressions")->type.element->type;
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Path at(&site.path, i);
    const Value& expressions = site.value[i][kMatchExpressions];
    for (size_t j = 0; j < expressions.size(); ++j) {
      const Path of = Path(&at, kMatchExpressions.view());
      const Path here(&of, j);
      ValidateTree(type, expressions[j], here, site.errors);
      const Value& values = expressions[j][kValues];
      for (size_t k = 0; k < values.size(); ++k) {
        AddAll(CheckLabelValue(values[k].AsString()), here / kValues / k, values[k], site.errors);
      }
    }
    ValidateTree(term_type, site.value[i].Without(kMatchExpressions), at, site.errors);
  }
}

// A term by fields knows one field, and takes one value for it.
void FieldRequirements(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& requirement = site.value[i];
    const Value& op = requirement[kOperator];
    const Path at(&site.path, i);
    if (!IsOneOf(op, "In,NotIn")) {
      site.errors.Invalid(at / kOperator, op, "not a valid selector operator");
    } else if (requirement[kValues].size() != 1) {
      site.errors.Required(at / kValues,
                           "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
    }
    if (requirement[kKey] != "metadata.name") {
      site.errors.Invalid(at / kKey, requirement[kKey], "not a valid field selector key");
      continue;
    }
    for (size_t j = 0; j < requirement[kValues].size(); ++j) {
      const Value& name = requirement[kValues][j];
      const Path values(&at, kValues.view());
      AddAll(CheckDnsSubdomain(name.AsString()), values / j, name, site.errors);
    }
  }
}

void Weight(const Site& site, const Rule&) {
  if (site.value.AsInt() < 1 || site.value.AsInt() > 100) site.Invalid("must be in the range 1-100");
}

void NamespaceNames(const Site& site, const Rule&) {
  for (const Value& ns : site.value.elements()) {
    AddAll(CheckDnsLabel(ns.AsString()), site.parent_path / "namespace", ns, site.errors);
  }
}

// Keys whose values come from the Pod itself, beside a selector.
void LabelKeys(const Site& site, const Rule& rule) {
  const Value& selector = site.value["labelSelector"];
  for (const std::string_view list : SplitWords(rule.words)) {
    const Value& keys = site.value[list];
    const Path at(&site.path, list);
    if (!keys.empty() && selector.is_null()) {
      site.errors.Forbidden(at, "must not be specified when labelSelector is not set");
      continue;
    }
    for (size_t i = 0; i < keys.size(); ++i)
      AddAll(CheckQualifiedName(keys[i].AsString()), at / i, keys[i], site.errors);
  }
  const Value& match = site.value["matchLabelKeys"];
  for (size_t i = 0; i < match.size(); ++i) {
    const Value& key = match[i];
    const bool in_labels = selector[words::kMatchLabels].Has(key.AsString());
    if (in_labels && Among(selector[kMatchExpressions], kKey, key)) {
      site.errors.Invalid(site.path / i, key, "exists in both matchLabelKeys and labelSelector");
    }
    const std::span<const Value> mismatch = site.value["mismatchLabelKeys"].elements();
    if (std::ranges::find(mismatch, key) != mismatch.end()) {
      site.errors.Invalid(site.path / "matchLabelKeys" / i, key, "exists in both matchLabelKeys and mismatchLabelKeys");
    }
  }
}

void Toleration(const Site& site, const Rule&) {
  const Value& toleration = site.value;
  const Value& key = toleration[kKey];
  const Value op = toleration[kOperator].is_null() ? Value("") : toleration[kOperator];
  const Value& value = toleration[words::kValue];
  const Value& effect = toleration[kEffect];
  const Path at(&site.path, kOperator.view());
  if (!key.empty()) {
    AddAll(CheckQualifiedName(key.AsString()), site.path / kKey, key, site.errors);
  } else if (op != "Exists") {
    site.errors.Invalid(at, op,
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
  }
  if (!toleration["tolerationSeconds"].is_null() && effect != "NoExecute") {
    site.errors.Invalid(site.path / kEffect, effect.is_null() ? Value("") : effect,
                        "effect must be 'NoExecute' when `tolerationSeconds` is set");
  }
  if (op.empty() || op == "Equal") {
    if (const Complaints bad = CheckLabelValue(value.AsString()); !bad.empty())
      site.errors.Invalid(at, value, Joined(bad));
  } else if (op == "Exists") {
    if (!value.empty()) site.errors.Invalid(at, value, "value must be empty when `operator` is 'Exists'");
  } else if (IsOneOf(op, "Lt,Gt")) {  // behind a gate that is off
    site.errors.NotSupported(at, op, "Equal,Exists,Lt,Gt");
  } else {
    site.errors.NotSupported(at, op, "Equal,Exists");
  }
  if (!effect.empty() && !HasWord(kEffects, effect.AsString()))
    site.errors.NotSupported(site.path / kEffect, effect, kEffects);
}

void MinDomains(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  if (site.value.AsInt() <= 0) site.Invalid("must be greater than zero");
  if (site.parent[kWhenUnsatisfiable] != "DoNotSchedule") {
    site.Invalid("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " +
                 std::string(site.parent[kWhenUnsatisfiable].AsString()));
  }
}

// A name that is missing is also a bad name: both are told.
void TopologyKey(const Site& site, const Rule&) {
  AddAll(CheckQualifiedName(site.value[kTopologyKey].AsString()), site.path / kTopologyKey,
         site.value[kTopologyKey].is_null() ? Value("") : site.value[kTopologyKey], site.errors);
}

constexpr Rule kLabelRequirement[] = {{"", OperatorValues}, {"key", QualifiedName}, {"values[]", LabelValue}};
constexpr Rule kLabelSelector[] = {{"matchLabels", LabelMap}, {"matchExpressions", Below}};
constexpr Rule kNodeRequirement[] = {{"", OperatorValues, "Gt,Lt"}, {"key", QualifiedName}};
constexpr Rule kNodeTerm[] = {{"matchExpressions", Below}, {"matchFields", FieldRequirements}, {"matchFields", Skip}};
constexpr Rule kNodeSelector[] = {{"nodeSelectorTerms", Required, "must have at least one node selector term"},
                                  {"nodeSelectorTerms", RequiredTerms},
                                  {"nodeSelectorTerms", Skip}};
constexpr Rule kPreferredTerm[] = {{"weight", Weight}, {"preference", Below}};
constexpr Rule kPodTerm[] = {
    {"labelSelector", Below},
    {"namespaceSelector", Below},
    {"namespaces", NamespaceNames},
    {"", LabelKeys, "matchLabelKeys,mismatchLabelKeys"},
    {"topologyKey", Required, "can not be empty"},
    {"", TopologyKey},
};
constexpr Rule kWeightedTerm[] = {{"weight", Weight}, {"podAffinityTerm", Below}};
constexpr Rule kToleration[] = {{"", Toleration}};
constexpr Rule kSpread[] = {
    {"maxSkew", AtLeast, "must be greater than zero", 1},
    {"topologyKey", Required, "can not be empty"},
    {"whenUnsatisfiable", EnumAlways, "DoNotSchedule,ScheduleAnyway"},
    {"minDomains", MinDomains},
    {"nodeAffinityPolicy", Enum, "Honor,Ignore"},
    {"nodeTaintsPolicy", Enum, "Honor,Ignore"},
    {"", LabelKeys, "matchLabelKeys"},
    {"labelSelector", Below},
};

constexpr TypeRules kTypes[] = {
    {"io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector", kLabelSelector},
    {"io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement", kLabelRequirement},
    {"core.v1.NodeSelectorRequirement", kNodeRequirement},
    {"core.v1.NodeSelectorTerm", kNodeTerm},
    {"core.v1.NodeSelector", kNodeSelector},
    {"core.v1.PreferredSchedulingTerm", kPreferredTerm},
    {"core.v1.PodAffinityTerm", kPodTerm},
    {"core.v1.WeightedPodAffinityTerm", kWeightedTerm},
    {"core.v1.Toleration", kToleration},
    {"core.v1.TopologySpreadConstraint", kSpread},
};

}  // namespace

std::span<const TypeRules> SchedulingRules() { return kTypes; }

}  // namespace wavetank::sim
