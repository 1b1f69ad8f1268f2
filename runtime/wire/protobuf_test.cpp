#include "runtime/wire/protobuf.h"

#include <gtest/gtest.h>

#include <fstream>

#include "runtime/api/schema.h"
#include "runtime/api/wire_text.h"
#include "runtime/value/json.h"
#include "runtime/wire/protobuf_text.h"
#include "runtime/wire/protobuf_wire.h"

namespace wavetank {
namespace {

const KindRegistry& Kinds() { return KindRegistry::BuiltIn(); }
Value J(std::string_view text) { return *ParseJson(text); }

// ---- Recorded pairs: the text of Go's JSON encoder and the bytes of its protobuf encoder.

struct Pair {
  std::string name;
  bool watch = false;
  std::string json;
  std::string bytes;
};

std::vector<Pair> Pairs() {
  std::ifstream in(std::string(WAVETANK_SOURCE_DIR) + "/runtime/wire/testdata/protobuf_pairs.jsonl");
  std::vector<Pair> pairs;
  for (std::string line; std::getline(in, line);) {
    const Value row = J(line);
    const size_t from = line.find("\"json\":") + 7;
    const size_t to = line.rfind(",\"protobuf\":\"");
    pairs.push_back({std::string(row["gvk"]["kind"].AsString()) + " " + std::string(row["sample"].AsString()),
                     row["framing"] == "watch", line.substr(from, to - from),
                     *DecodeBase64(row["protobuf"].AsString())});
  }
  EXPECT_GT(pairs.size(), 200u);
  return pairs;
}

// The object of a watch's pair: its text and its bytes.
Pair ObjectOf(const Pair& pair) {
  WatchFrameReader reader;
  reader.Feed(pair.bytes);
  const auto frame = reader.Next();
  const size_t from = pair.json.find("\"object\":") + 9;
  return {pair.name, false, pair.json.substr(from, pair.json.size() - from - 1),
          frame.ok() && *frame ? (*frame)->body : ""};
}

TEST(ProtobufPairs, BytesBecomeTheSameText) {
  for (const Pair& pair : Pairs()) {
    if (!pair.watch) {
      const Result<std::string> text = ProtobufToJson(Kinds(), pair.bytes);
      ASSERT_TRUE(text.ok()) << pair.name << ": " << text.status().ToString();
      EXPECT_EQ(*text, pair.json) << pair.name;
      continue;
    }
    WatchFrameReader reader;
    reader.Feed(pair.bytes);
    const auto frame = reader.Next();
    ASSERT_TRUE(frame.ok() && frame->has_value()) << pair.name;
    EXPECT_EQ(WatchFrameToJson(Kinds(), **frame).value_or("refused"), pair.json) << pair.name;
    EXPECT_TRUE(reader.between_frames());
  }
}

TEST(ProtobufPairs, TextBecomesTheSameBytes) {
  for (const Pair& pair : Pairs()) {
    if (!pair.watch) {
      const Result<std::string> bytes = JsonToProtobuf(Kinds(), pair.json);
      ASSERT_TRUE(bytes.ok()) << pair.name << ": " << bytes.status().ToString();
      EXPECT_EQ(EncodeBase64(*bytes), EncodeBase64(pair.bytes)) << pair.name << "\n" << pair.json;
      continue;
    }
    std::string out;
    ASSERT_TRUE(AppendWatchFrameOfJson(Kinds(), J(pair.json)["type"].AsString(), ObjectOf(pair).json, out).ok());
    EXPECT_EQ(EncodeBase64(out), EncodeBase64(pair.bytes)) << pair.name;
  }
}

TEST(ProtobufPairs, BytesBecomeTheSameValueAndBack) {
  for (const Pair& given : Pairs()) {
    const Pair pair = given.watch ? ObjectOf(given) : given;
    const Result<ProtobufDocument> document = ParseProtobuf(Kinds(), pair.bytes);
    ASSERT_TRUE(document.ok()) << pair.name << ": " << document.status().ToString();
    EXPECT_EQ(WriteJson(document->value), WriteJson(Decode(*document->type, J(pair.json))->value)) << pair.name;
    const Result<std::string> bytes = WriteProtobuf(Kinds(), document->value);
    ASSERT_TRUE(bytes.ok()) << pair.name;
    const Result<ProtobufDocument> again = ParseProtobuf(Kinds(), *bytes);
    ASSERT_TRUE(again.ok()) << pair.name;
    EXPECT_EQ(again->value, document->value) << pair.name;
    // Only raw JSON, whose keys a Value sorts, may print other bytes.
    if (WriteJson(J(pair.json)).size() == pair.json.size()) {
      EXPECT_EQ(bytes->size(), pair.bytes.size()) << pair.name;
    }
  }
}

// ---- Reading as Go reads

std::string Enveloped(std::string_view api_version, std::string_view kind, std::string_view raw) {
  std::string out("k8s\0", 4);
  {
    const NestedMessage meta(1, out);
    AppendBytes(1, api_version, out);
    AppendBytes(2, kind, out);
  }
  AppendBytes(2, raw, out);
  return out;
}

Value Read(std::string_view type, std::string_view message) {
  const Result<Value> value = ReadMessage(*Kinds().FindType("io.k8s." + std::string(type)), message);
  EXPECT_TRUE(value.ok()) << value.status().ToString();
  return value.ok() ? *value : Value();
}

TEST(ProtobufRead, PiecesAreMergedAndTheLastScalarWins) {
  std::string spec_a, spec_b, bytes;
  AppendBytes(1, "first", spec_a);  // nodeName of another kind's spec: CSINodeDriver {1 name, 2 nodeID}
  AppendBytes(2, "id", spec_a);
  AppendBytes(1, "last", spec_b);
  AppendBytes(3, "zone", spec_b);
  bytes = spec_a + spec_b;
  EXPECT_EQ(Read("api.storage.v1.CSINodeDriver", bytes), J(R"({"name":"last","nodeID":"id","topologyKeys":["zone"]})"));
  // A nested message in two pieces, with a stranger between them.
  std::string probe;
  {
    const NestedMessage handler(1, probe);
    const NestedMessage exec(1, probe);
    AppendBytes(1, "a", probe);
  }
  AppendBytes(99, "unknown", probe);
  {
    const NestedMessage handler(1, probe);
    const NestedMessage exec(1, probe);
    AppendBytes(1, "b", probe);
  }
  EXPECT_EQ(Read("api.core.v1.Probe", probe), J(R"({"exec":{"command":["a","b"]}})"));
}

TEST(ProtobufRead, PackedNumbersAndUnorderedFields) {
  std::string bytes;
  AppendTag(1, WireType::kVarint, bytes);
  AppendVarint(7, bytes);
  std::string packed;
  AppendVarint(1, packed);
  AppendVarint(300, packed);
  const TypeInfo& context = *Kinds().FindType("io.k8s.api.core.v1.PodSecurityContext");
  const int groups = context.Find("supplementalGroups")->proto;
  const int user = context.Find("runAsUser")->proto;
  std::string message;
  AppendBytes(static_cast<uint32_t>(groups), packed, message);
  AppendTag(static_cast<uint32_t>(user), WireType::kVarint, message);
  AppendVarint(static_cast<uint64_t>(-5), message);
  AppendTag(static_cast<uint32_t>(groups), WireType::kVarint, message);
  AppendVarint(4, message);
  EXPECT_EQ(Read("api.core.v1.PodSecurityContext", message), J(R"({"runAsUser":-5,"supplementalGroups":[1,300,4]})"));
}

TEST(ProtobufRead, TextsThatAreNotUtf8AreMended) {
  std::string bytes;
  AppendBytes(1, "a\xff\xc3z\xc3\xa9", bytes);
  EXPECT_EQ(Read("api.storage.v1.CSINodeDriver", bytes)["name"], "a\xef\xbf\xbd\xef\xbf\xbdz\xc3\xa9");
}

TEST(ProtobufRead, AnEnvelopeMayNameNoKind) {
  std::string lease;
  {
    const NestedMessage meta(1, lease);
    AppendBytes(1, "a", lease);
  }
  const TypeInfo* type = Kinds().FindType("io.k8s.api.coordination.v1.Lease");
  const auto read = ParseProtobuf(Kinds(), Enveloped("", "", lease), type);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->value["metadata"]["name"], "a");
  EXPECT_FALSE(read->value.Has("kind"));
  EXPECT_FALSE(ParseProtobuf(Kinds(), Enveloped("", "", lease)).ok());
  EXPECT_EQ(ParseProtobuf(Kinds(), Enveloped("v1", "Gadget", lease), type).code(), Code::kNotAcceptable);
}

TEST(ProtobufRead, EveryGroupVersionHasDeleteOptions) {
  for (const std::string_view version :
       {"v1", "apps/v1", "batch/v1beta1", "meta.k8s.io/v1", "extensions/v1beta1", "x.example/v1"}) {
    EXPECT_NE(FindProtobufType(Kinds(), version, "DeleteOptions"), nullptr) << version;
  }
  EXPECT_NE(FindProtobufType(Kinds(), "meta.k8s.io/v1", "PartialObjectMetadataList"), nullptr);
  EXPECT_EQ(FindProtobufType(Kinds(), "x.example/v1", "Status"), nullptr);
}

TEST(ProtobufRead, ErrorsNameTheOffset) {
  const auto message = [](std::string_view bytes) { return ParseProtobuf(Kinds(), bytes).status().message(); };
  EXPECT_EQ(message("{\"kind\":\"Pod\"}"), "offset 0: the body does not begin with the protobuf magic of Kubernetes");
  EXPECT_EQ(message(std::string("k8s\0\x12\x05zz", 8)), "offset 6: 5 bytes are announced and 2 are left");
  EXPECT_EQ(message(std::string("k8s\0\xff", 5)), "offset 4: unexpected end of a number");
  EXPECT_EQ(message(std::string("k8s\0\x02\x00", 6)), "offset 4: illegal tag 0");
  EXPECT_EQ(message(std::string("k8s\0\x17", 5)), "offset 4: illegal wire type 7");
  const std::string bad_lease = Enveloped("coordination.k8s.io/v1", "Lease", std::string("\x08\x01", 2));
  EXPECT_EQ(message(bad_lease),
            "offset " + std::to_string(bad_lease.size() - 1) + ": wrong wire type 0 for field metadata");
}

TEST(ProtobufRead, DepthIsBounded) {
  // A schema in a schema in a schema ... (`not`).
  const TypeInfo& schema =
      *Kinds().FindType("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
  const auto number = static_cast<uint32_t>(schema.Find("not")->proto);
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    std::string outer;
    AppendBytes(number, bytes, outer);
    bytes = std::move(outer);
  }
  EXPECT_NE(ReadMessage(schema, bytes).status().message().find("nested too deep"), std::string::npos);
  EXPECT_TRUE(ReadMessage(schema, bytes, {.max_depth = 1000}).ok());
}

TEST(ProtobufWrite, NoFormForTablesAndStrangers) {
  EXPECT_EQ(WriteProtobuf(Kinds(), J(R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[]})")).code(),
            Code::kNotAcceptable);
  EXPECT_EQ(WriteProtobuf(Kinds(), J(R"({"kind":"Gadget","apiVersion":"x.example/v1"})")).code(), Code::kNotAcceptable);
  EXPECT_FALSE(WriteProtobuf(Kinds(), J(R"({"kind":"Pod","apiVersion":"v1","spec":3})")).ok());
}

TEST(WatchFrames, ComeInAnyPieces) {
  std::string stream;
  for (const char* name : {"a", "bb", "ccc"}) {
    const Value lease = Value::EmptyObject()
                            .Set("apiVersion", "coordination.k8s.io/v1")
                            .Set("kind", "Lease")
                            .Set("metadata", Value::EmptyObject().Set("name", name));
    AppendWatchFrame("ADDED", *WriteProtobuf(Kinds(), lease), stream);
  }
  for (size_t piece = 1; piece < 40; ++piece) {
    WatchFrameReader reader;
    std::string names;
    for (size_t at = 0; at < stream.size(); at += piece) {
      reader.Feed(std::string_view(stream).substr(at, piece));
      while (true) {
        auto frame = reader.Next();
        ASSERT_TRUE(frame.ok());
        if (!frame->has_value()) break;
        EXPECT_EQ((*frame)->type, "ADDED");
        names += ParseProtobuf(Kinds(), (*frame)->body)->value["metadata"]["name"].AsString();
      }
    }
    EXPECT_EQ(names, "abbccc");
    EXPECT_TRUE(reader.between_frames());
  }
  WatchFrameReader small(10);
  small.Feed(stream);
  EXPECT_EQ(small.Next().code(), Code::kTooLarge);
}

TEST(ProtobufText, RawJsonIsKeptLetterByLetter) {
  const std::string json =
      R"({"kind":"ControllerRevision","apiVersion":"apps/v1","metadata":{"name":"a"},"data":{"z":1e3,"a":[{"y":0,"b":-0.0}],"z":2},"revision":0})";
  const Result<std::string> bytes = JsonToProtobuf(Kinds(), json);
  ASSERT_TRUE(bytes.ok()) << bytes.status().ToString();
  EXPECT_EQ(*ProtobufToJson(Kinds(), *bytes), json);
  EXPECT_EQ(ParseProtobuf(Kinds(), *bytes)->value["data"]["z"], Value(2));
  // White space inside goes when it is printed, and what HTML could misread is escaped.
  std::string message;
  {
    const NestedMessage data(2, message);
    AppendBytes(1, "{ \"b\" : \"<\\\" \\\\\" ,\n\"a\":[ 1 ,2] }", message);
  }
  EXPECT_NE(ProtobufToJson(Kinds(), Enveloped("apps/v1", "ControllerRevision", message))
                ->find(R"("data":{"b":"\u003c\" \\","a":[1,2]})"),
            std::string::npos);
}

}  // namespace
}  // namespace wavetank
