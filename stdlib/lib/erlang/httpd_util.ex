defmodule :httpd_util do
  @moduledoc """
  Small things that programs of the web need: dates, phrases for status codes, hexadecimal texts.

  What only a server of `:inets` asks for (its configuration, its pages, its entity tags) is not here.
  """

  @days {~c"Mon", ~c"Tue", ~c"Wed", ~c"Thu", ~c"Fri", ~c"Sat", ~c"Sun"}
  @months {~c"Jan", ~c"Feb", ~c"Mar", ~c"Apr", ~c"May", ~c"Jun", ~c"Jul", ~c"Aug", ~c"Sep", ~c"Oct", ~c"Nov", ~c"Dec"}

  ## Dates

  @doc "Gives the short name of a day of the week; 1 is Monday."
  @spec day(1..7) :: charlist
  def day(number) when number in 1..7, do: elem(@days, number - 1)

  @doc "Gives the short name of a month."
  @spec month(1..12) :: charlist
  def month(number) when number in 1..12, do: elem(@months, number - 1)

  @doc """
  Gives the date and time as headers have it.

  ## Examples

      iex> :httpd_util.rfc1123_date() |> length()
      29

  """
  @spec rfc1123_date() :: charlist
  def rfc1123_date(), do: gmt(:calendar.universal_time())

  @doc "Gives a local date and time as headers have it; `:undefined` for one that the clock left out."
  @spec rfc1123_date(:calendar.datetime()) :: charlist | :undefined
  def rfc1123_date(local_time) do
    case :calendar.local_time_to_universal_time_dst(local_time) do
      [universal | _] -> gmt(universal)
      [] -> :undefined
    end
  end

  defp gmt({{year, month, day} = date, {hour, minute, second}}) do
    :lists.flatten(
      :io_lib.format(~c"~s, ~2.2.0w ~s ~4.4.0w ~2.2.0w:~2.2.0w:~2.2.0w GMT", [
        day(:calendar.day_of_the_week(date)),
        day,
        month(month),
        year,
        hour,
        minute,
        second
      ])
    )
  end

  @doc """
  Reads a date of a header in any of its three forms: `{date, time}` or `:bad_date`.

  ## Examples

      iex> :httpd_util.convert_request_date(~c"Sun, 06 Nov 1994 08:49:37 GMT")
      {{1994, 11, 6}, {8, 49, 37}}
      iex> :httpd_util.convert_request_date(~c"Sun Nov  6 08:49:37 1994")
      {{1994, 11, 6}, {8, 49, 37}}
      iex> :httpd_util.convert_request_date(~c"yesterday")
      :bad_date

  """
  @spec convert_request_date(charlist) :: :calendar.datetime() | :bad_date
  def convert_request_date(text) do
    case :string.lexemes(text, ~c" -:,") do
      [_weekday, day, month, year, hour, minute, second, _zone] -> date(year, month, day, hour, minute, second)
      [_weekday, month, day, hour, minute, second, year] -> date(year, month, day, hour, minute, second)
      _ -> :bad_date
    end
  rescue
    _ in [ArgumentError, FunctionClauseError] -> :bad_date
  end

  defp date(year, month, day, hour, minute, second) do
    [year, day, hour, minute, second] = for text <- [year, day, hour, minute, second], do: :erlang.list_to_integer(text)
    year = if year < 100, do: 2000 + year, else: year
    month = Enum.find_index(Tuple.to_list(@months), &(&1 == month))
    if month, do: {{year, month + 1, day}, {hour, minute, second}}, else: :bad_date
  end

  ## Status codes

  @phrases %{
    100 => ~c"Continue",
    101 => ~c"Switching Protocols",
    102 => ~c"Processing",
    200 => ~c"OK",
    201 => ~c"Created",
    202 => ~c"Accepted",
    203 => ~c"Non-Authoritative Information",
    204 => ~c"No Content",
    205 => ~c"Reset Content",
    206 => ~c"Partial Content",
    207 => ~c"Multi-Status",
    226 => ~c"IM Used",
    300 => ~c"Multiple Choices",
    301 => ~c"Moved Permanently",
    302 => ~c"Moved Temporarily",
    303 => ~c"See Other",
    304 => ~c"Not Modified",
    305 => ~c"Use Proxy",
    306 => ~c"(unused)",
    307 => ~c"Temporary Redirect",
    308 => ~c"Permanent Redirect",
    400 => ~c"Bad Request",
    401 => ~c"Unauthorized",
    402 => ~c"Payment Required",
    403 => ~c"Forbidden",
    404 => ~c"Object Not Found",
    405 => ~c"Method Not Allowed",
    406 => ~c"Not Acceptable",
    407 => ~c"Proxy Authentication Required",
    408 => ~c"Request Time-out",
    409 => ~c"Conflict",
    410 => ~c"Gone",
    411 => ~c"Length Required",
    412 => ~c"Precondition Failed",
    413 => ~c"Request Entity Too Large",
    414 => ~c"Request-URI Too Large",
    415 => ~c"Unsupported Media Type",
    416 => ~c"Requested Range Not Satisfiable",
    417 => ~c"Expectation Failed",
    422 => ~c"Unprocessable Entity",
    423 => ~c"Locked",
    424 => ~c"Failed Dependency",
    425 => ~c"",
    426 => ~c"Upgrade Required",
    501 => ~c"Not Implemented",
    502 => ~c"Bad Gateway",
    503 => ~c"Service Unavailable",
    504 => ~c"Gateway Time-out",
    505 => ~c"HTTP Version not supported",
    507 => ~c"Insufficient Storage"
  }

  @doc """
  Gives the phrase for a status code; what is not known is an internal error of the server.

  ## Examples

      iex> :httpd_util.reason_phrase(404)
      ~c"Object Not Found"
      iex> :httpd_util.reason_phrase(999)
      ~c"Internal Server Error"

  """
  @spec reason_phrase(integer) :: charlist
  def reason_phrase(code), do: Map.get(@phrases, code, ~c"Internal Server Error")

  ## Text

  @doc "Writes a number with hexadecimal digits."
  @spec integer_to_hexlist(integer) :: charlist
  def integer_to_hexlist(number), do: :erlang.integer_to_list(number, 16)

  @doc "Reads a number with hexadecimal digits."
  @spec hexlist_to_integer(charlist) :: integer
  def hexlist_to_integer(digits), do: :erlang.list_to_integer(digits, 16)

  @doc """
  Writes what has a meaning of its own in a URI as `%` and two digits.

  ## Examples

      iex> :httpd_util.encode_hex(~c"a b/c")
      ~c"a%20b%2Fc"

  """
  @spec encode_hex(charlist) :: charlist
  def encode_hex(text), do: text |> :unicode.characters_to_binary() |> URI.encode(&URI.char_unreserved?/1) |> :erlang.binary_to_list()

  @doc "Reads a text in which some characters are written as `%` and two digits."
  @spec decode_hex(charlist) :: charlist
  def decode_hex([?%, high, low | rest]), do: [:erlang.list_to_integer([high, low], 16) | decode_hex(rest)]
  def decode_hex([character | rest]), do: [character | decode_hex(rest)]
  def decode_hex([]), do: []

  @doc """
  Splits a text at a regular expression into at most `limit` parts.

  ## Examples

      iex> :httpd_util.split(~c"a b c", ~c" ", 2)
      {:ok, [~c"a", ~c"b c"]}

  """
  @spec split(iodata, iodata, pos_integer) :: {:ok, [charlist]}
  def split(text, expression, limit), do: {:ok, :re.split(text, expression, return: :list, parts: limit)}

  @doc """
  Takes the query off a path.

  ## Examples

      iex> :httpd_util.split_path(~c"/a/b?c=d")
      {~c"/a/b", ~c"c=d"}

  """
  @spec split_path(charlist) :: {charlist, charlist}
  def split_path(uri) do
    case :string.split(uri, ~c"?") do
      [path, query] -> {path, query}
      [path] -> {path, []}
    end
  end

  @doc "Gives the extension of a path without its dot."
  @spec suffix(charlist) :: charlist
  def suffix(path), do: path |> :filename.extension() |> Enum.drop(1)

  @doc "Removes blanks around a text."
  @spec strip(charlist) :: charlist
  def strip(text), do: :string.trim(text, :both, [?\s, ?\t])

  @doc "Removes elements that are the same as the one before."
  @spec uniq(list) :: list
  def uniq([a, a | rest]), do: uniq([a | rest])
  def uniq([a | rest]), do: [a | uniq(rest)]
  def uniq([]), do: []

  @doc "Counts the bytes of a list of texts."
  @spec flatlength(iolist) :: non_neg_integer
  def flatlength(list), do: :erlang.iolist_size(list)

  @doc "Reads an internet address of a family."
  @spec ip_address(charlist | :inet.ip_address(), :inet | :inet6) :: {:ok, :inet.ip_address()} | {:error, term}
  def ip_address(address, family) when is_tuple(address) and family in [:inet, :inet6], do: {:ok, address}
  def ip_address(address, family) when family in [:inet, :inet6], do: :inet.getaddr(address, family)
end
