// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.jr.ob.JSON;
import com.fasterxml.jackson.jr.ob.JSONObjectException;
import java.io.IOException;
import java.util.Map;

/** Reads and writes the documents of the specification. What was read is written again as it was: nulls and any number. */
public final class CniJson {
    private static final JSON MAPPER = JSON.builder()
            .enable(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS)
            .enable(JSON.Feature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JSON.Feature.WRITE_NULL_PROPERTIES)
            .enable(JSON.Feature.PRETTY_PRINT_OUTPUT)
            .build();

    private CniJson() {}

    /** @throws CniException of code 6 if the text is not exactly one JSON object */
    public static JsonFields read(byte[] text) {
        if (text.length == 0) {
            throw new CniException(
                    CniErrorCode.DECODING_FAILED,
                    "standard input is empty",
                    "the runtime must pass the network configuration on the plugin's standard input");
        }
        try (JsonParser parser = MAPPER.createParser(text)) {
            parser.nextToken();
            if (!parser.isExpectedStartObjectToken()) {
                throw undecodable("it is not a JSON object");
            }
            Map<String, Object> map = MAPPER.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw undecodable("more text follows the JSON object");
            }
            return new JsonFields("", map);
        } catch (JSONObjectException e) {
            throw undecodable(String.valueOf(e.getOriginalMessage()));
        } catch (IOException e) {
            throw undecodable(String.valueOf(e.getMessage()));
        }
    }

    /** The document as text. */
    public static String write(Map<String, Object> document) {
        try {
            return MAPPER.asString(document);
        } catch (IOException e) {
            throw new IllegalStateException("maps of text and numbers can be written as JSON", e);
        }
    }

    private static CniException undecodable(String why) {
        return new CniException(
                CniErrorCode.DECODING_FAILED,
                "the network configuration cannot be decoded",
                why + "; it must be one JSON object");
    }
}
