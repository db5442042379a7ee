defmodule :io do
  @moduledoc """
  Erlang's `:io`: input and output on devices that speak the IO protocol.
  """

  def put_chars(chars), do: put_chars(:stdio, chars)
  def put_chars(device, chars), do: IO.write(device(device), chars)
  def put_chars(device, :unicode, chars), do: IO.write(device(device), chars)
  def put_chars(device, :latin1, chars), do: IO.binwrite(device(device), chars)

  def nl(), do: put_chars("\n")
  def nl(device), do: put_chars(device, "\n")

  def format(format), do: format(format, [])

  def format(format, args) do
    text =
      try do
        :io_lib.format(format, args)
      rescue
        ArgumentError -> :erlang.error(:badarg, [format, args], error_info: %{module: :erl_stdlib_errors})
      end

    put_chars(text)
  end


  def format(device, format, args) do
    text =
      try do
        :io_lib.format(format, args)
      rescue
        ArgumentError -> :erlang.error(:badarg, [device, format, args], error_info: %{module: :erl_stdlib_errors})
      end

    put_chars(device, text)
  end

  def fwrite(format), do: format(format, [])
  def fwrite(format, args), do: format(:stdio, format, args)
  def fwrite(device, format, args), do: format(device, format, args)

  def write(term), do: put_chars(:io_lib.write(term))
  def write(device, term), do: put_chars(device, :io_lib.write(term))

  def get_line(prompt), do: get_line(:stdio, prompt)
  def get_line(device, prompt), do: IO.gets(device(device), prompt)

  def get_chars(prompt, count), do: get_chars(:stdio, prompt, count)
  def get_chars(device, prompt, count), do: IO.getn(device(device), prompt, count)

  def setopts(options), do: setopts(:stdio, options)
  def setopts(device, options), do: IO.request(device(device), {:setopts, options})

  def getopts(), do: getopts(:stdio)
  def getopts(device), do: IO.request(device(device), :getopts)

  def request(request), do: request(:stdio, request)
  def request(device, request), do: IO.request(device(device), request)
  def requests(requests), do: requests(:stdio, requests)
  def requests(device, requests), do: IO.request(device(device), {:requests, requests})

  @doc "Reads a line as a password is read, without showing it."
  def get_password(), do: get_password(:stdio)
  def get_password(device), do: IO.request(device(device), {:get_password, :unicode})

  @doc "Reads values by a format, as `:io_lib.fread/2` does, line by line: `{:ok, values}`, `:eof` or an error."
  def fread(prompt, format), do: fread(:stdio, prompt, format)
  def fread(device, prompt, format), do: until(device, prompt, :io_lib, :fread, [format])

  @doc "Reads an Erlang term, ended by a dot: `{:ok, term}`, `:eof` or an error."
  def read(prompt), do: read(:stdio, prompt)
  def read(device, prompt), do: with({:ok, term, _} <- read(device, prompt, 1), do: {:ok, term}, else: (other -> shorter(other)))

  defp shorter({:error, reason, _location}), do: {:error, reason}
  defp shorter({:eof, _location}), do: :eof
  defp shorter(other), do: other

  def read(device, prompt, start), do: read(device, prompt, start, [])
  def read(device, prompt, start, options), do: scanned(device, prompt, start, options, &:erl_parse.parse_term/1)

  @doc "Reads the tokens up to a dot: `{:ok, tokens, end}`, `{:eof, end}` or an error."
  def scan_erl_exprs(prompt), do: scan_erl_exprs(:stdio, prompt)
  def scan_erl_exprs(device, prompt), do: scan_erl_exprs(device, prompt, 1)
  def scan_erl_exprs(device, prompt, start), do: scan_erl_exprs(device, prompt, start, [])
  def scan_erl_exprs(device, prompt, start, options), do: until(device, prompt, :erl_scan, :tokens, [start, options])

  def scan_erl_form(prompt), do: scan_erl_exprs(prompt)
  def scan_erl_form(device, prompt), do: scan_erl_exprs(device, prompt)
  def scan_erl_form(device, prompt, start), do: scan_erl_exprs(device, prompt, start)
  def scan_erl_form(device, prompt, start, options), do: scan_erl_exprs(device, prompt, start, options)

  @doc "Reads expressions up to a dot: `{:ok, abstract_code, end}`, `{:eof, end}` or an error."
  def parse_erl_exprs(prompt), do: parse_erl_exprs(:stdio, prompt)
  def parse_erl_exprs(device, prompt), do: parse_erl_exprs(device, prompt, 1)
  def parse_erl_exprs(device, prompt, start), do: parse_erl_exprs(device, prompt, start, [])
  def parse_erl_exprs(device, prompt, start, options), do: scanned(device, prompt, start, options, &:erl_parse.parse_exprs/1)

  @doc "Reads a form up to a dot."
  def parse_erl_form(prompt), do: parse_erl_form(:stdio, prompt)
  def parse_erl_form(device, prompt), do: parse_erl_form(device, prompt, 1)
  def parse_erl_form(device, prompt, start), do: parse_erl_form(device, prompt, start, [])
  def parse_erl_form(device, prompt, start, options), do: scanned(device, prompt, start, options, &:erl_parse.parse_form/1)

  defp scanned(device, prompt, start, options, parse) do
    case scan_erl_exprs(device, prompt, start, options) do
      {:ok, tokens, location} ->
        case parse.(tokens) do
          {:ok, result} -> {:ok, result, location}
          {:error, reason} -> {:error, reason, location}
        end

      other ->
        other
    end
  end

  defp until(device, prompt, module, function, args) do
    case IO.request(device(device), {:get_until, :unicode, prompt, module, function, args}) do
      {:error, _} = error -> error
      other -> other
    end
  end

  def columns(), do: columns(:standard_io)
  def columns(device), do: geometry(device, :columns)
  def rows(), do: rows(:standard_io)
  def rows(device), do: geometry(device, :rows)

  # Whoever stands behind the device is asked, so what is captured has no size.
  defp geometry(device, what) do
    case IO.request(device(device), {:get_geometry, what}) do
      size when is_integer(size) and size > 0 -> {:ok, size}
      _ -> {:error, :enotsup}
    end
  end

  def printable_range(), do: :unicode


  defp device(:standard_io), do: :stdio
  defp device(:standard_error), do: :stderr
  defp device(device), do: device
end
