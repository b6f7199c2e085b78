package io.gangway.protocol;

import java.nio.ByteBuffer;
import java.util.List;

/** JSON, and the binary data that its placeholders represent. */
record Written(String json, List<ByteBuffer> attachments) {}
