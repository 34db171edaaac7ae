package io.enim.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases and signatures of Amazon's published test suite for Signature Version 4. */
class SigV4VerifierTest {
    private static final String KEY = "AKIDEXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String DATE = "20150830T123600Z";
    private static final String VANILLA = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

    private final SigV4Verifier check = check("2015-08-30T12:36:00Z");

    @ParameterizedTest
    @CsvSource({
        "GET, /, '', " + VANILLA,
        "GET, '/?Param2=value2&Param1=value1', '', b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "POST, /, '', 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "POST, /, application/x-www-form-urlencoded,"
                + " ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    })
    void aSignatureOfTheTestSuiteIsAccepted(String method, URI target, String type, String signature) {
        check.require(method, target, headers(type, signature), body(type));
        String other = (signature.startsWith("0") ? "1" : "0") + signature.substring(1);
        refused("SignatureDoesNotMatch", () -> check.require(method, target, headers(type, other), body(type)));
    }

    @ParameterizedTest
    @CsvSource({"GET, /, changed", "PUT, /, ''", "GET, /a, ''"})
    void whatWasNotSignedIsNotAccepted(String method, URI target, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        refused("SignatureDoesNotMatch", () -> check.require(method, target, headers("", VANILLA), bytes));
    }

    @Test
    void anOldRequestHasExpired() {
        refused("RequestExpired", () -> get(check("2015-08-30T12:46:00Z"), headers("", VANILLA)));
    }

    @Test
    void aRequestWithoutOrWithABadAuthorizationIsRefused() {
        refused("MissingAuthenticationToken", () -> get(check, new Headers()));
        Headers malformed = headers("", VANILLA);
        malformed.set("Authorization", "AWS4-HMAC-SHA256 nonsense");
        refused("IncompleteSignature", () -> get(check, malformed));
        Headers stranger = headers("", VANILLA);
        stranger.set("Authorization", stranger.getFirst("Authorization").replace(KEY, "AKIDOTHER"));
        refused("AuthFailure", () -> get(check, stranger));
    }

    private static void get(SigV4Verifier check, Headers headers) {
        check.require("GET", URI.create("/"), headers, new byte[0]);
    }

    private static SigV4Verifier check(String now) {
        return new SigV4Verifier(KEY, SECRET, "us-east-1", "service", Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
    }

    private static byte[] body(String type) {
        return (type.isEmpty() ? "" : "Param1=value1").getBytes(StandardCharsets.UTF_8);
    }

    private static Headers headers(String type, String signature) {
        Headers headers = new Headers();
        headers.set("Host", "example.amazonaws.com");
        headers.set("X-Amz-Date", DATE);
        if (!type.isEmpty()) {
            headers.set("Content-Type", type);
        }
        headers.set(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + KEY + "/20150830/us-east-1/service/aws4_request, SignedHeaders="
                        + (type.isEmpty() ? "" : "content-type;") + "host;x-amz-date, Signature=" + signature);
        return headers;
    }

    static void refused(String code, Runnable request) {
        assertThatThrownBy(request::run)
                .isInstanceOfSatisfying(
                        Ec2Error.class, e -> assertThat(e.body("r")).contains("<Code>" + code + "</Code>"));
    }
}
