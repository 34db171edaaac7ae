package io.enim.systemtests.kubernetes;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A client of the API server: requests with JSON. Safe for concurrent use. */
final class ApiClient {
    private final URI server;
    private final String token;
    private final HttpClient client;

    /** @param certificates the server's own, which it made itself, in PEM */
    ApiClient(URI server, String token, Path certificates) throws IOException, GeneralSecurityException {
        this.server = server;
        this.token = token;
        this.client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .sslContext(trusting(certificates))
                .build();
    }

    private static SSLContext trusting(Path certificates) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var in = Files.newInputStream(certificates)) {
            int number = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("c" + number++, each);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    Map<String, Object> get(String path) throws IOException {
        return send("GET", path, "", "application/json");
    }

    Map<String, Object> create(String path, String json) throws IOException {
        return send("POST", path, json, "application/json");
    }

    /** Changes the fields that the JSON names. */
    Map<String, Object> merge(String path, String json) throws IOException {
        return send("PATCH", path, json, "application/merge-patch+json");
    }

    /** The same, with an element of a list named by its key, such as a container by its name. */
    Map<String, Object> patch(String path, String json) throws IOException {
        return send("PATCH", path, json, "application/strategic-merge-patch+json");
    }

    Map<String, Object> delete(String path, String json) throws IOException {
        return send("DELETE", path, json, "application/json");
    }

    private Map<String, Object> send(String method, String path, String body, String type) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IOException(method + " " + path + ": " + response.statusCode() + " " + response.body());
            }
            return JSON.std.mapFrom(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + method + " " + path, e);
        }
    }
}
