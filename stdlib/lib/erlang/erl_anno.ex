defmodule :erl_anno do
  @moduledoc """
  Erlang's `:erl_anno`: annotations of abstract code. One is a location alone (a line, or a line and a column), or a keyword list.

  ## Examples

      iex> anno = :erl_anno.new({3, 7})
      iex> {:erl_anno.line(anno), :erl_anno.column(anno)}
      {3, 7}
      iex> :erl_anno.file(:erl_anno.set_file('a.erl', anno))
      'a.erl'
  """

  @keys [:file, :generated, :location, :record, :text]

  defguardp is_line(line) when is_integer(line) and line >= 0
  defguardp is_location(location) when is_line(location) or (is_tuple(location) and tuple_size(location) == 2)

  def new(location) when is_location(location), do: location
  def new(location), do: :erlang.error(:badarg, [location])

  def is_anno(location) when is_line(location), do: true
  def is_anno({line, column}) when is_line(line) and is_integer(column) and column > 0, do: true
  def is_anno([]), do: false

  def is_anno(anno) when is_list(anno) do
    :lists.all(fn {key, _} -> :lists.member(key, @keys); _ -> false end, anno) and :lists.keymember(:location, 1, anno)
  end

  def is_anno(_other), do: false

  def from_term(anno), do: anno
  def to_term(anno), do: anno

  def location(location) when is_location(location), do: location
  def location(anno), do: get(:location, anno)

  def line(anno) do
    case location(anno) do
      {line, _} -> line
      line -> line
    end
  end

  def column(anno) do
    case location(anno) do
      {_, column} -> column
      _ -> :undefined
    end
  end

  def file(anno), do: get(:file, anno)
  def text(anno), do: get(:text, anno)
  def generated(anno), do: get(:generated, anno) == true
  def record(anno), do: get(:record, anno) == true

  def end_location(anno) do
    case {text(anno), location(anno)} do
      {:undefined, _} -> :undefined
      {text, {line, column}} -> ended(text, line, column)
      {text, line} -> line + length(:lists.filter(&(&1 == ?\n), text))
    end
  end

  defp ended([?\n | rest], line, _column), do: ended(rest, line + 1, 1)
  defp ended([_ | rest], line, column), do: ended(rest, line, column + 1)
  defp ended([], line, column), do: {line, column}

  def set_location(location, anno) when is_location(location) do
    if is_list(anno), do: set(:location, location, anno), else: location
  end

  def set_line(line, anno) when is_line(line) do
    case location(anno) do
      {_, column} -> set_location({line, column}, anno)
      _ -> set_location(line, anno)
    end
  end

  def set_file(file, anno), do: set(:file, file, anno)
  def set_text(text, anno), do: set(:text, text, anno)
  def set_generated(flag, anno) when is_boolean(flag), do: set_flag(:generated, flag, anno)
  def set_record(flag, anno) when is_boolean(flag), do: set_flag(:record, flag, anno)

  defp set_flag(key, true, anno), do: set(key, true, anno)
  defp set_flag(key, false, anno), do: anno |> whole() |> List.keydelete(key, 0) |> short()

  defp get(key, anno) when is_list(anno) do
    case :lists.keyfind(key, 1, anno) do
      {_, value} -> value
      false -> :undefined
    end
  end

  defp get(_key, _anno), do: :undefined

  defp set(key, value, anno), do: :lists.sort(:lists.keystore(key, 1, whole(anno), {key, value}))

  defp whole(anno) when is_list(anno), do: anno
  defp whole(location), do: [location: location]

  defp short([location: location]), do: location
  defp short(anno), do: anno
end
