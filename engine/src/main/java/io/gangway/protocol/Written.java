package io.gangway.protocol;

import java.nio.ByteBuffer;
import java.util.List;

/** JSON, and the binary data its placeholders stand for. */
record Written(String json, List<ByteBuffer> attachments) {}
