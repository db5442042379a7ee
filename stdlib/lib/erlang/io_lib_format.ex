defmodule :io_lib_format do
  @moduledoc """
  Erlang's `:io_lib_format`, as far as programs call it: what `:io_lib` does, under its inner name.
  """

  @doc """
  Writes a float with the fewest digits that read back as the same float.

  ## Examples

      iex> :io_lib_format.fwrite_g(0.1)
      '0.1'
      iex> :io_lib_format.fwrite_g(1.0e22)
      '1.0e22'
  """
  @spec fwrite_g(float) :: charlist
  def fwrite_g(float) when is_float(float), do: :erlang.float_to_list(float, [:short])

  @doc "As `:io_lib.format/2`."
  @spec fwrite(:io.format(), [term]) :: :io_lib.chars()
  def fwrite(format, args), do: :io_lib.format(format, args)

  @doc "As `:io_lib.format/3`."
  @spec fwrite(:io.format(), [term], keyword) :: :io_lib.chars()
  def fwrite(format, args, options), do: :io_lib.format(format, args, options)

  @doc "As `:io_lib.scan_format/2`."
  @spec scan(:io.format(), [term]) :: [term]
  def scan(format, args), do: :io_lib.scan_format(format, args)

  @doc "As `:io_lib.unscan_format/1`."
  @spec unscan([term]) :: {charlist, [term]}
  def unscan(parts), do: :io_lib.unscan_format(parts)

  @doc "As `:io_lib.build_text/1`."
  @spec build([term]) :: :io_lib.chars()
  def build(parts), do: :io_lib.build_text(parts)

  @doc "As `:io_lib.build_text/2`."
  @spec build([term], keyword) :: :io_lib.chars()
  def build(parts, options), do: :io_lib.build_text(parts, options)

  @doc "As `:io_lib.indentation/2`."
  @spec indentation(charlist, non_neg_integer) :: non_neg_integer
  def indentation(text, start), do: :io_lib.indentation(text, start)
end
