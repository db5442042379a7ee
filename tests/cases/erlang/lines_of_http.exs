# Blanks after a value belong to it; names and methods hold no separators.
for p <- ["A:  q  \r\nB", "A: q\t\r\nB", "A: q \n\n", "A : q\r\n\r\n", "A:\r\n\r\n", "A:   \r\n\r\n", "GET  /x  HTTP/1.1 \r\n", "HTTP/1.1 200  OK  \r\n"], t <- [:httph_bin, :http_bin], do: IO.inspect {p, t, :erlang.decode_packet(t, p, [])}
