# Dates, phrases and texts of the web.
IO.inspect(for day <- 1..7, do: :httpd_util.day(day))
IO.inspect(for month <- 1..12, do: :httpd_util.month(month))
IO.inspect(length(:httpd_util.rfc1123_date()))

for text <- [
      ~c"Sun, 06 Nov 1994 08:49:37 GMT",
      ~c"Sunday, 06-Nov-94 08:49:37 GMT",
      ~c"Sun Nov  6 08:49:37 1994",
      ~c"Sun, 06 Foo 1994 08:49:37 GMT",
      ~c"garbage"
    ],
    do: IO.inspect(:httpd_util.convert_request_date(text))

IO.inspect(for code <- 100..600, phrase = :httpd_util.reason_phrase(code), phrase != ~c"Internal Server Error", do: {code, phrase})
IO.inspect({:httpd_util.reason_phrase(500), :httpd_util.integer_to_hexlist(255), :httpd_util.hexlist_to_integer(~c"fF")})
IO.inspect({:httpd_util.encode_hex(~c"a b/c?"), :httpd_util.decode_hex(~c"a%20b%2fc")})
IO.inspect({:httpd_util.split("a b c", " ", 2), :httpd_util.split_path(~c"/a/b?c=d/e"), :httpd_util.split_path(~c"/a")})
IO.inspect({:httpd_util.suffix(~c"a/b.html"), :httpd_util.suffix(~c"a/b"), :httpd_util.strip(~c"  ab c\t "), :httpd_util.uniq([1, 1, 2, 2, 1])})
IO.inspect({:httpd_util.flatlength(["abc", 1, ~c"de"]), :httpd_util.ip_address(~c"127.0.0.1", :inet)})
