package io.enim.emulator.bce;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures computed elsewhere are accepted, and everything that differs from them is not. */
class BceAuthV1VerifierTest {
    private static final Instant SIGNED_AT = Instant.parse("2026-11-23T17:03:06Z");
    private static final String HOST = "127.0.0.1:41271";
    private static final String CREATE = "e10b784a84d60df89bbf821b7fa01149b4070adaabc86bbd0816411bcd27065a";
    private static final String ATTACH = "3f84b100079cce1708e52ba16ae5030d210b5c8ece6e0ebddcb7955d4939737d";

    private static final URI ADDRESS = URI.create("/v1/eni?clientToken=tok");
    private static final BceAuthV1Verifier OURS = check("sk", "", SIGNED_AT);

    private static BceAuthV1Verifier check(String secret, String token, Instant now) {
        return new BceAuthV1Verifier("ak", secret, token, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static Headers headers(String host, String authorization) {
        Headers headers = new Headers();
        headers.set("Host", host);
        headers.set("Authorization", authorization);
        return headers;
    }

    private static String authorization(String signature) {
        return "bce-auth-v1/ak/2026-11-23T17:03:06Z/1800/host/" + signature;
    }

    @ParameterizedTest
    @CsvSource({"POST,/v1/eni?clientToken=tok," + CREATE, "PUT,/v1/eni/eni-1?attach&clientToken=t2," + ATTACH})
    void vectorsAreAccepted(String method, URI address, String signature) {
        Headers headers = headers(HOST, authorization(signature));
        assertThatCode(() -> OURS.require(method, address, headers)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,/v1/eni?clientToken=tok,127.0.0.1:41271,sk",
        "POST,/v1/eni/?clientToken=tok,127.0.0.1:41271,sk",
        "POST,/v1/eni?clientToken=tok2,127.0.0.1:41271,sk",
        "POST,/v1/eni?clientToken=tok&detach,127.0.0.1:41271,sk",
        "POST,/v1/eni?clientToken=tok,127.0.0.1:41272,sk",
        "POST,/v1/eni?clientToken=tok,127.0.0.1:41271,other"
    })
    void whateverIsSignedMustBeAsItWasSigned(String method, URI address, String host, String secret) {
        Headers headers = headers(host, authorization(CREATE));
        assertThatThrownBy(() -> check(secret, "", SIGNED_AT).require(method, address, headers))
                .hasMessageContaining("SignatureDoesNotMatch");
    }

    @ParameterizedTest
    @CsvSource({
        "bce-auth-v2/ak/2026-11-23T17:03:06Z/1800/host/x,InvalidHTTPAuthHeader",
        "bce-auth-v1/ak/yesterday/1800/host/x,InvalidHTTPAuthHeader",
        "bce-auth-v1/ak/2026-11-23T17:03:06Z/long/host/x,InvalidHTTPAuthHeader",
        "bce-auth-v1/ak/2026-11-23T17:03:06Z/1800/date/x,InvalidHTTPAuthHeader",
        "bce-auth-v1/who/2026-11-23T17:03:06Z/1800/host/x,InvalidAccessKeyId",
        "nothing,InvalidHTTPAuthHeader"
    })
    void malformedOnesAreRefusedByName(String authorization, String code) {
        assertThatThrownBy(() -> OURS.require("POST", ADDRESS, headers(HOST, authorization)))
                .hasMessageContaining(code);
    }

    @Test
    void anOldRequestIsExpiredAndATokenMustBeTheOneExpected() {
        Headers signed = headers(HOST, authorization(CREATE));
        BceAuthV1Verifier later = check("sk", "", SIGNED_AT.plus(Duration.ofMinutes(31)));
        assertThatThrownBy(() -> later.require("POST", ADDRESS, signed)).hasMessageContaining("RequestExpired");
        BceAuthV1Verifier withToken = check("sk", "sts", SIGNED_AT);
        assertThatThrownBy(() -> withToken.require("POST", ADDRESS, signed)).hasMessageContaining("session token");
        signed.set("x-bce-security-token", "sts");
        assertThatCode(() -> withToken.require("POST", ADDRESS, signed)).doesNotThrowAnyException();
        assertThatThrownBy(() -> OURS.require("POST", ADDRESS, new Headers())).hasMessageContaining("AccessDenied");
    }
}
