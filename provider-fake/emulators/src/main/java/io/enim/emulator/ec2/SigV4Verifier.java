// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks AWS Signature Version 4 (IAM user guide, "Create a signed AWS API request"): the canonical request is made
 * again from what arrived, signed with the known secret, and compared.
 */
final class SigV4Verifier {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final Pattern AUTHORIZATION = Pattern.compile(ALGORITHM
            + " Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+),"
            + " ?Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final List<String> MUST_BE_SIGNED = List.of("host", "x-amz-date");

    private final String accessKeyId;
    private final String secret;
    private final String region;
    private final String service;
    private final Clock clock;

    SigV4Verifier(String accessKeyId, String secret, String region, String service, Clock clock) {
        this.accessKeyId = accessKeyId;
        this.secret = secret;
        this.region = region;
        this.service = service;
        this.clock = clock;
    }

    /** Returns when the request is signed with the known credentials, and now. */
    void require(String method, URI target, Headers headers, byte[] body) {
        String authorization = Objects.requireNonNullElse(headers.getFirst("Authorization"), "");
        String missing = "The request must contain a valid (registered) AWS access key ID";
        Ec2Error.require(!authorization.isEmpty(), 403, "MissingAuthenticationToken", missing);
        Matcher parts = AUTHORIZATION.matcher(authorization);
        Ec2Error.require(parts.matches(), 400, "IncompleteSignature", "The authorization header is malformed");
        boolean isKnown = accessKeyId.equals(parts.group(1));
        Ec2Error.require(isKnown, 401, "AuthFailure", "AWS was not able to validate the provided access credentials");
        String scope = parts.group(2) + "/" + parts.group(3) + "/" + parts.group(4) + "/aws4_request";
        boolean isScoped = region.equals(parts.group(3)) && service.equals(parts.group(4));
        requireMatch(isScoped, "Credential should be scoped to " + region + "/" + service);
        String date = requireDate(headers, parts.group(2));
        List<String> signed = Arrays.asList(parts.group(5).split(";"));
        requireMatch(signed.containsAll(MUST_BE_SIGNED), "host and x-amz-date must be signed");
        String canonical = canonical(method, target, headers, signed, body);
        String toSign =
                ALGORITHM + "\n" + date + "\n" + scope + "\n" + hex(sha256(canonical.getBytes(StandardCharsets.UTF_8)));
        byte[] expected = hmac(key(parts.group(2)), toSign);
        boolean isRight = MessageDigest.isEqual(expected, HexFormat.of().parseHex(parts.group(6)));
        requireMatch(
                isRight,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret"
                        + " Access Key and signing method.");
    }

    private String requireDate(Headers headers, String day) {
        String text = Objects.requireNonNullElse(headers.getFirst("X-Amz-Date"), "");
        Instant date;
        try {
            date = LocalDateTime.parse(text, DATE).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new Ec2Error(
                    400, "IncompleteSignature", "Date must be in ISO-8601 'basic format'. Got '" + text + "'");
        }
        boolean isExpired = Duration.between(date, clock.instant()).abs().compareTo(SKEW) > 0;
        Ec2Error.require(!isExpired, 400, "RequestExpired", "Request has expired.");
        requireMatch(
                text.startsWith(day), "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date");
        return text;
    }

    private static String canonical(String method, URI target, Headers headers, List<String> signed, byte[] body) {
        String path = Objects.requireNonNullElse(target.getRawPath(), "");
        String query = Objects.requireNonNullElse(target.getRawQuery(), "");
        return String.join(
                "\n",
                method,
                path.isEmpty() ? "/" : path,
                Arrays.stream(query.split("&")).sorted().collect(Collectors.joining("&")),
                signed.stream()
                        .map(name -> name + ":" + values(headers, name) + "\n")
                        .collect(Collectors.joining()),
                String.join(";", signed),
                hex(sha256(body)));
    }

    private static String values(Headers headers, String name) {
        return headers.getOrDefault(name, List.of()).stream()
                .map(value -> value.trim().replaceAll(" +", " "))
                .collect(Collectors.joining(","));
    }

    private byte[] key(String day) {
        byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), day);
        for (String part : List.of(region, service, "aws4_request")) {
            key = hmac(key, part);
        }
        return key;
    }

    private static void requireMatch(boolean matches, String message) {
        Ec2Error.require(matches, 403, "SignatureDoesNotMatch", message);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
