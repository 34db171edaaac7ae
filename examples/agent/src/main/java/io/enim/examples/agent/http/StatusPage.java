// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The status page: a file without data, which reads the operator's interface. Its policy lets a browser run its own script alone, by
 * its hash, and load nothing but that interface. Thread-safe; read from the jar once.
 */
final class StatusPage {
    private static @Nullable HttpReply page;

    private StatusPage() {}

    static synchronized HttpReply reply() {
        HttpReply known = page;
        if (known == null) {
            String html = read();
            known = new HttpReply(200, "text/html; charset=utf-8", html, policy(html));
            page = known;
        }
        return known;
    }

    private static String policy(String html) {
        return "default-src 'none'; connect-src 'self'; img-src data:; script-src " + hash(html, "script")
                + "; style-src "
                + hash(html, "style") + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                + " require-trusted-types-for 'script'; trusted-types 'none'";
    }

    /** Of the one element of this name. */
    private static String hash(String html, String element) {
        Matcher content = Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
                .matcher(html);
        if (!content.find()) {
            throw new IllegalStateException("the status page has no " + element);
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(content.group(1).getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String read() {
        try (InputStream in = StatusPage.class.getResourceAsStream("/http/status.html")) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks http/status.html");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("http/status.html cannot be read", e);
        }
    }
}
