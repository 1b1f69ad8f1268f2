#include "runtime/net/identity.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <memory>

#include "runtime/base/check.h"
#include "runtime/base/strings.h"

namespace wavetank {
namespace {

template <typename T, void (*Free)(T*)>
struct Deleter {
  void operator()(T* object) const { Free(object); }
};
template <typename T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Deleter<T, Free>>;

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owned<X509, X509_free>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
void FreeBio(BIO* bio) { BIO_free(bio); }
using Memory = Owned<BIO, FreeBio>;

Status OpenSslError(std::string_view what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return Status(Code::kInternal, std::string(what) + ": " + text.data());
}

template <typename Writer>
std::string ToPem(Writer write) {
  const Memory memory(BIO_new(BIO_s_mem()));
  WT_CHECK(memory != nullptr && write(memory.get()) == 1, "OpenSSL cannot write to memory");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

// "DNS:localhost,IP:127.0.0.1"
Result<std::string> AlternativeNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    boost::system::error_code error;
    boost::asio::ip::make_address(name, error);
    const bool is_address = !error;
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:*") !=
                            std::string::npos) {
      return Status(Code::kInvalidArgument, Quote(name) + " is no host name and no address");
    }
    if (!is_address && name.find(':') != std::string::npos) {
      return Status(Code::kInvalidArgument, Quote(name) + " is no address");
    }
    text += (text.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + name;
  }
  return text;
}

struct CertificateRequest {
  std::string common_name;
  std::string alternative_names;  // none: an authority
  Time from;
  Time until;
};

bool AddExtension(X509& certificate, X509& issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

bool SetSerial(X509& certificate) {
  std::array<unsigned char, 16> serial;
  if (RAND_bytes(serial.data(), serial.size()) != 1) return false;
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, and always as long
  const Owned<BIGNUM, BN_free> number(BN_bin2bn(serial.data(), serial.size(), nullptr));
  return number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool SetTimes(X509& certificate, Time from, Time until) {
  return ASN1_TIME_set(X509_getm_notBefore(&certificate), static_cast<time_t>(from.seconds())) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(&certificate), static_cast<time_t>(until.seconds())) != nullptr;
}

// Signed by `issuer`, or by itself where there is none.
Result<Certificate> MakeCertificate(const CertificateRequest& request, EVP_PKEY& key, X509* issuer,
                                    EVP_PKEY& issuer_key) {
  Certificate certificate(X509_new());
  if (certificate == nullptr) return OpenSslError("no certificate");
  X509& made = *certificate;
  X509& signer = issuer != nullptr ? *issuer : made;
  X509_NAME* name = X509_get_subject_name(&made);
  bool good =
      X509_set_version(&made, X509_VERSION_3) == 1 && SetSerial(made) && SetTimes(made, request.from, request.until) &&
      X509_set_pubkey(&made, &key) == 1 &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(request.common_name.c_str()), -1, -1, 0) == 1 &&
      X509_set_issuer_name(&made, X509_get_subject_name(&signer)) == 1 &&
      AddExtension(made, signer, NID_subject_key_identifier, "hash");
  if (issuer == nullptr) {
    good = good && AddExtension(made, signer, NID_basic_constraints, "critical,CA:TRUE") &&
           AddExtension(made, signer, NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature");
  } else {
    good = good && AddExtension(made, signer, NID_basic_constraints, "critical,CA:FALSE") &&
           AddExtension(made, signer, NID_key_usage, "critical,digitalSignature") &&
           AddExtension(made, signer, NID_ext_key_usage, "serverAuth") &&
           AddExtension(made, signer, NID_authority_key_identifier, "keyid") &&
           AddExtension(made, signer, NID_subject_alt_name, request.alternative_names);
  }
  if (!good || X509_sign(&made, &issuer_key, EVP_sha256()) == 0) return OpenSslError("the certificate cannot be made");
  return certificate;
}

uint64_t RandomNumber() {
  uint64_t number = 0;
  WT_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1, "the system has no randomness");
  return number;
}

}  // namespace

Result<ServerIdentity> MakeServerIdentity(const IdentityOptions& options, Time now) {
  WT_ASSIGN(std::string names, AlternativeNames(options.names));
  const Key authority_key(EVP_EC_gen("P-256"));
  const Key server_key(EVP_EC_gen("P-256"));
  if (authority_key == nullptr || server_key == nullptr) return OpenSslError("no key");

  CertificateRequest request{
      .common_name = options.authority, .from = now - std::chrono::hours(1), .until = now + options.valid};
  WT_ASSIGN(const Certificate authority, MakeCertificate(request, *authority_key, nullptr, *authority_key));
  request.common_name = options.server;
  request.alternative_names = std::move(names);
  WT_ASSIGN(const Certificate server, MakeCertificate(request, *server_key, authority.get(), *authority_key));

  ServerIdentity identity;
  identity.ca_pem = ToPem([&](BIO* out) { return PEM_write_bio_X509(out, authority.get()); });
  identity.certificate_pem = ToPem([&](BIO* out) { return PEM_write_bio_X509(out, server.get()); });
  identity.key_pem = ToPem(
      [&](BIO* out) { return PEM_write_bio_PrivateKey(out, server_key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  return identity;
}

std::string RandomToken() {
  // 32 signs, so that a byte's five low bits choose one without a bias.
  constexpr std::string_view kSigns = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kSigns.size() == 32);
  std::array<unsigned char, 32> bytes;
  WT_CHECK(RAND_bytes(bytes.data(), bytes.size()) == 1, "the system has no randomness");
  std::string token;
  for (const unsigned char byte : bytes) token += kSigns[byte & 31];
  return token;
}

uint64_t RandomSeed() { return RandomNumber(); }

bool BearerMatches(const std::string* authorization, std::string_view token) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization == nullptr || authorization->size() != kScheme.size() + token.size()) return false;
  for (size_t i = 0; i < kScheme.size(); ++i) {
    if (((*authorization)[i] | 0x20) != kScheme[i]) return false;  // letters and a blank: the case does not count
  }
  return CRYPTO_memcmp(authorization->data() + kScheme.size(), token.data(), token.size()) == 0;
}

}  // namespace wavetank
