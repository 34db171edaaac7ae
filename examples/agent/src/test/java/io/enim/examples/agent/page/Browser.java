package io.enim.examples.agent.page;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Headless Chromium with one tab, by its DevTools protocol. What the tab logs as an error is kept. For one thread. */
final class Browser implements AutoCloseable {
    static final Duration LONGEST = Duration.ofMinutes(2);

    private final Process process;
    private final WebSocket socket;
    private CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(null);
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<String, Object>>> answers = new ConcurrentHashMap<>();
    private final Map<String, String> instead = new ConcurrentHashMap<>();
    private volatile Map<String, String> password = Map.of("response", "CancelAuth");
    private final List<String> errors = new CopyOnWriteArrayList<>();

    private Browser(Process process, URI tab) {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(tab, new Messages())
                .join();
    }

    /** The program, if it is there. */
    static Optional<Path> program() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Browser start(Path directory) throws IOException, InterruptedException {
        Path profile = directory.resolve("profile");
        Process process = new ProcessBuilder(
                        program().orElseThrow().toString(),
                        "--headless=new",
                        "--no-sandbox", // Root of a user namespace; the page is the project's own.
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--hide-scrollbars",
                        "--force-color-profile=srgb",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(directory.resolve("chromium.log").toFile()))
                .start();
        try {
            Path port = profile.resolve("DevToolsActivePort");
            await().atMost(LONGEST)
                    .until(() -> Files.exists(port) && Files.readAllLines(port).size() == 2);
            HttpRequest tab = HttpRequest.newBuilder(URI.create(
                            "http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/new?about:blank"))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            String answer = HttpClient.newHttpClient()
                    .send(tab, BodyHandlers.ofString())
                    .body();
            Browser browser = new Browser(
                    process, URI.create((String) JSON.std.mapFrom(answer).get("webSocketDebuggerUrl")));
            for (String domain : List.of("Page", "Runtime", "Log")) {
                browser.call(domain + ".enable", Map.of());
            }
            return browser;
        } catch (IOException | RuntimeException | InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Reads whole messages: answers of calls, and events. */
    private final class Messages implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean isLast) {
            message.append(text);
            if (isLast) {
                String whole = message.toString();
                message.setLength(0);
                try {
                    receive(JSON.std.mapFrom(whole));
                } catch (IOException e) {
                    throw new IllegalStateException("not JSON: " + whole, e);
                }
            }
            from.request(1);
            return null;
        }
    }

    private void receive(Map<String, Object> message) {
        if (message.get("id") instanceof Integer id) {
            answers.remove(id).complete(message);
            return;
        }
        Map<String, Object> event = map(message.get("params"));
        switch (String.valueOf(message.get("method"))) {
            case "Runtime.exceptionThrown" -> errors.add("exception: " + event);
            case "Runtime.consoleAPICalled" -> {
                if (event.get("type").equals("error")) {
                    errors.add("console: " + event.get("args"));
                }
            }
            case "Log.entryAdded" -> {
                Map<String, Object> entry = map(event.get("entry"));
                if (entry.get("level").equals("error")) {
                    errors.add(entry.get("text") + " " + entry.get("url"));
                }
            }
            case "Fetch.requestPaused" -> answerInstead(event);
            case "Fetch.authRequired" -> logIn(event);
            default -> {
                // Of no concern.
            }
        }
    }

    @SuppressWarnings("unchecked") // JSON's objects have texts as keys.
    private static Map<String, Object> map(Object json) {
        return (Map<String, Object>) json;
    }

    private CompletableFuture<Map<String, Object>> send(String method, Map<String, ?> parameters) {
        int id = calls.incrementAndGet();
        CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        try {
            String text = JSON.std.asString(Map.of("id", id, "method", method, "params", parameters));
            // One after the other, and not waited for: an event is answered on the thread that reads.
            synchronized (answers) {
                sent = sent.thenCompose(before -> socket.sendText(text, true));
            }
        } catch (IOException e) {
            throw new IllegalStateException("maps of texts can be written as JSON", e);
        }
        return answer;
    }

    /** Calls the browser, and waits for its answer. */
    Map<String, Object> call(String method, Map<String, ?> parameters) {
        Map<String, Object> answer = send(method, parameters)
                .orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS)
                .join();
        if (answer.containsKey("error")) {
            throw new IllegalStateException(method + ": " + answer.get("error"));
        }
        return map(answer.get("result"));
    }

    /** From now on a request whose address holds the text gets this JSON, and never reaches the agent. */
    void answerInstead(String text, String json) {
        instead.put(text, json);
        call("Fetch.enable", Map.of("patterns", List.of(Map.of("urlPattern", "*/v1/*"))));
    }

    /** From now on the browser answers with this where it would ask its user for a name and a password; a second time it gives up. */
    void logIn(String user, String newPassword) {
        password = Map.of("response", "ProvideCredentials", "username", user, "password", newPassword);
        call("Fetch.enable", Map.of("handleAuthRequests", true, "patterns", List.of(Map.of("urlPattern", "*"))));
    }

    private void logIn(Map<String, Object> event) {
        Map<String, String> answer = password;
        password = Map.of("response", "CancelAuth");
        send("Fetch.continueWithAuth", Map.of("requestId", event.get("requestId"), "authChallengeResponse", answer));
    }

    private void answerInstead(Map<String, Object> event) {
        String address = String.valueOf(map(event.get("request")).get("url"));
        Optional<String> json = instead.entrySet().stream()
                .filter(each -> address.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
        Object id = event.get("requestId");
        if (json.isEmpty()) {
            send("Fetch.continueRequest", Map.of("requestId", id));
            return;
        }
        String body = Base64.getEncoder().encodeToString(json.get().getBytes(StandardCharsets.UTF_8));
        send("Fetch.fulfillRequest", Map.of("requestId", id, "responseCode", 200, "body", body));
    }

    void open(String address) {
        call("Page.navigate", Map.of("url", address));
    }

    void showAs(int width, int height, String scheme) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** What an expression is; texts, numbers, lists and maps. */
    Object evaluate(String expression) {
        Map<String, Object> answer =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (answer.containsKey("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
        }
        return map(answer.get("result")).get("value");
    }

    void awaitThat(String expression) {
        await(expression).atMost(LONGEST).until(() -> Boolean.TRUE.equals(evaluate(expression)));
    }

    /** Presses a key, as a keyboard does. */
    void press(String key, int code, String text) {
        call(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyDown", "key", key, "windowsVirtualKeyCode", code, "text", text));
        call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
    }

    void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /** A PNG of the window. */
    byte[] screenshot() {
        return Base64.getDecoder()
                .decode(String.valueOf(
                        call("Page.captureScreenshot", Map.of("format", "png")).get("data")));
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    @Override
    public void close() {
        socket.abort();
        // Its helpers end after it, and write into its profile until then.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
