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
  def format(format, args), do: format(:stdio, format, args)
  def format(device, format, args), do: put_chars(device, :io_lib.format(format, args))

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

  def request(device, request), do: IO.request(device(device), request)

  def columns(), do: size(:beamlet_io.columns())
  def columns(_device), do: columns()
  def rows(), do: size(:beamlet_io.rows())
  def rows(_device), do: rows()

  def printable_range(), do: :unicode

  defp size({:ok, _} = size), do: size
  defp size(_), do: {:error, :enotsup}


  defp device(:standard_io), do: :stdio
  defp device(:standard_error), do: :stderr
  defp device(device), do: device
end
