// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import java.io.StringWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the small part of XML that EC2 answers with: maps are elements by name, collections are elements {@code item}. */
final class Xml {
    private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

    private Xml() {}

    /** An answer to an action. */
    static String answer(String action, String requestId, Map<String, ?> content) {
        Map<String, Object> all = new LinkedHashMap<>(content);
        all.put("requestId", requestId);
        return document(action + "Response", NAMESPACE, all);
    }

    /** A document; an empty namespace is none. */
    static String document(String root, String namespace, Map<String, ?> content) {
        StringWriter out = new StringWriter();
        try {
            XMLStreamWriter writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            writer.writeStartDocument("UTF-8", "1.0");
            writer.writeStartElement(root);
            if (!namespace.isEmpty()) {
                writer.writeDefaultNamespace(namespace);
            }
            write(writer, content);
            writer.writeEndElement();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("write " + root, e);
        }
        return out.toString();
    }

    private static void write(XMLStreamWriter writer, Object value) throws XMLStreamException {
        if (value instanceof Map<?, ?> members) {
            for (Map.Entry<?, ?> member : members.entrySet()) {
                element(writer, String.valueOf(member.getKey()), member.getValue());
            }
        } else if (value instanceof Collection<?> items) {
            for (Object item : items) {
                element(writer, "item", item);
            }
        } else {
            writer.writeCharacters(String.valueOf(value));
        }
    }

    private static void element(XMLStreamWriter writer, String name, Object content) throws XMLStreamException {
        writer.writeStartElement(name);
        write(writer, content);
        writer.writeEndElement();
    }
}
