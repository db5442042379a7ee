defmodule Calendar.Format do
  @moduledoc false
  # `Calendar.strftime/3`: a pattern is read once from left to right; what a directive writes is put in front of an accumulator
  # of chardata in reverse.

  @months ~w(January February March April May June July August September October November December)
  @days ~w(Monday Tuesday Wednesday Thursday Friday Saturday Sunday)

  @doc false
  def strftime(datetime, pattern, user_options) do
    IO.iodata_to_binary(:lists.reverse(parse(pattern, datetime, options(user_options), [])))
  end

  defp parse("", _datetime, _options, acc), do: acc

  # What patterns consist of, when nothing else is said of its width, is written at once.
  defp parse("%Y" <> rest, %{year: year} = datetime, options, acc) when year in 1000..9999,
    do: parse(rest, datetime, options, [Integer.to_string(year) | acc])

  defp parse("%m" <> rest, %{month: month} = datetime, options, acc), do: parse(rest, datetime, options, [two(month) | acc])
  defp parse("%d" <> rest, %{day: day} = datetime, options, acc), do: parse(rest, datetime, options, [two(day) | acc])
  defp parse("%H" <> rest, %{hour: hour} = datetime, options, acc), do: parse(rest, datetime, options, [two(hour) | acc])
  defp parse("%M" <> rest, %{minute: minute} = datetime, options, acc), do: parse(rest, datetime, options, [two(minute) | acc])
  defp parse("%S" <> rest, %{second: second} = datetime, options, acc), do: parse(rest, datetime, options, [two(second) | acc])
  defp parse("%" <> rest, datetime, options, acc), do: padding(rest, datetime, options, acc)
  defp parse(<<char, rest::binary>>, datetime, options, acc), do: parse(rest, datetime, options, [char | acc])

  defp two(number) when number in 0..9, do: <<?0, ?0 + number>>
  defp two(number), do: Integer.to_string(number)

  # `fill` and `width` are nil as long as the letter is to choose them.
  defp padding("-" <> rest, datetime, options, acc), do: width(rest, "", 0, datetime, options, acc)
  defp padding("0" <> rest, datetime, options, acc), do: width(rest, ?0, nil, datetime, options, acc)
  defp padding("_" <> rest, datetime, options, acc), do: width(rest, ?\s, nil, datetime, options, acc)
  defp padding(rest, datetime, options, acc), do: width(rest, nil, nil, datetime, options, acc)

  defp width(<<digit, rest::binary>>, fill, width, datetime, options, acc) when digit in ?0..?9,
    do: width(rest, fill, (width || 0) * 10 + digit - ?0, datetime, options, acc)

  # The preferred forms are patterns themselves; while one is being written it must not ask for itself again. Their width counts
  # pieces: directives and bytes between them.
  defp width(<<letter, rest::binary>>, fill, width, datetime, options, acc) when letter in ~c"cxX" do
    {key, name} = preferred(letter)

    case options do
      %{^key => :busy} ->
        raise ArgumentError,
              "tried to format #{name} within another #{name} format"

      %{^key => pattern} ->
        pieces = parse(pattern, datetime, %{options | key => :busy}, [])
        missing = max((width || 0) - length(pieces), 0)
        parse(rest, datetime, options, pieces ++ List.duplicate(fill || ?0, missing) ++ acc)
    end
  end

  defp width(<<letter::utf8, rest::binary>>, fill, width, datetime, options, acc) do
    case write(letter, datetime, options) do
      {text, default_fill, default_width} ->
        parse(rest, datetime, options, [padded(text, fill || default_fill, width || default_width) | acc])

      :nothing ->
        parse(rest, datetime, options, acc)

      # The sign stands before the padding.
      {sign, number, default_fill, default_width} ->
        parse(rest, datetime, options, [sign <> padded(number, fill || default_fill, width || default_width) | acc])

      :f ->
        parse(rest, datetime, options, [microseconds(datetime.microsecond) | acc])

      :error ->
        raise ArgumentError, "invalid strftime format: %#{<<letter::utf8>>}"
    end
  end

  defp width("", _fill, _width, _datetime, _options, _acc), do: raise(ArgumentError, "invalid strftime format: %")

  defp preferred(?c), do: {:preferred_datetime, "preferred_datetime"}
  defp preferred(?x), do: {:preferred_date, "preferred_date"}
  defp preferred(?X), do: {:preferred_time, "preferred_time"}

  defp padded(text, "", _width), do: text
  defp padded(text, _fill, 0), do: text

  defp padded(text, fill, width) do
    case width - String.length(text) do
      missing when missing > 0 -> :binary.copy(<<fill>>, missing) <> text
      _ -> text
    end
  end

  # What a letter writes, with the padding that it has of its own.
  defp write(?a, datetime, options), do: {options.abbreviated_day_of_week_names.(Date.day_of_week(datetime)), ?\s, 0}
  defp write(?A, datetime, options), do: {options.day_of_week_names.(Date.day_of_week(datetime)), ?\s, 0}
  defp write(?b, datetime, options), do: {month(options.abbreviated_month_names, datetime), ?\s, 0}
  defp write(?B, datetime, options), do: {month(options.month_names, datetime), ?\s, 0}
  defp write(?d, datetime, _options), do: {Integer.to_string(datetime.day), ?0, 2}
  defp write(?f, _datetime, _options), do: :f
  defp write(?H, datetime, _options), do: {Integer.to_string(datetime.hour), ?0, 2}
  defp write(?I, datetime, _options), do: {Integer.to_string(Integer.mod(datetime.hour - 1, 12) + 1), ?0, 2}
  defp write(?j, datetime, _options), do: {Integer.to_string(Date.day_of_year(datetime)), ?0, 3}
  defp write(?m, datetime, _options), do: {Integer.to_string(datetime.month), ?0, 2}
  defp write(?M, datetime, _options), do: {Integer.to_string(datetime.minute), ?0, 2}
  defp write(?p, datetime, options), do: {String.upcase(half(datetime, options)), ?\s, 0}
  defp write(?P, datetime, options), do: {String.downcase(half(datetime, options)), ?\s, 0}
  defp write(?q, datetime, _options), do: {Integer.to_string(Date.quarter_of_year(datetime)), ?0, 0}
  defp write(?S, datetime, _options), do: {Integer.to_string(datetime.second), ?0, 2}
  defp write(?u, datetime, _options), do: {Integer.to_string(Date.day_of_week(datetime)), ?0, 0}
  defp write(?y, datetime, _options), do: {Integer.to_string(rem(datetime.year, 100)), ?0, 2}
  defp write(?Y, datetime, _options), do: {Integer.to_string(datetime.year), ?0, 4}
  defp write(?z, datetime, _options), do: offset(datetime)
  defp write(?Z, datetime, _options), do: {Map.get(datetime, :zone_abbr, ""), ?\s, 0}
  defp write(?%, _datetime, _options), do: {"%", ?0, 0}
  defp write(_letter, _datetime, _options), do: :error

  defp month(names, datetime) when is_function(names, 2), do: names.(datetime.month, datetime)
  defp month(names, datetime), do: names.(datetime.month)

  defp half(%{hour: hour}, options), do: options.am_pm_names.(if(hour >= 12, do: :pm, else: :am))

  defp microseconds({_value, 0}), do: "0"
  defp microseconds({value, precision}), do: value |> Integer.to_string() |> String.pad_leading(6, "0") |> binary_part(0, precision)

  defp offset(%{utc_offset: utc_offset, std_offset: std_offset}) do
    total = utc_offset + std_offset
    minutes = div(abs(total), 60)
    {if(total < 0, do: "-", else: "+"), Integer.to_string(div(minutes, 60) * 100 + rem(minutes, 60)), ?0, 4}
  end

  defp offset(_without_zone), do: :nothing

  defp options(user_options) do
    Enum.reduce(user_options, defaults(), fn {key, value}, options ->
      if is_map_key(options, key) do
        %{options | key => value}
      else
        raise ArgumentError, "unknown option #{inspect(key)} given to Calendar.strftime/3"
      end
    end)
  end

  defp defaults() do
    %{
      preferred_date: "%Y-%m-%d",
      preferred_time: "%H:%M:%S",
      preferred_datetime: "%Y-%m-%d %H:%M:%S",
      am_pm_names: &Atom.to_string/1,
      month_names: &month_name/1,
      day_of_week_names: &day_name/1,
      abbreviated_month_names: &binary_part(month_name(&1), 0, 3),
      abbreviated_day_of_week_names: &binary_part(day_name(&1), 0, 3)
    }
  end

  for {name, number} <- Enum.with_index(@months, 1), do: defp(month_name(unquote(number)), do: unquote(name))
  for {name, number} <- Enum.with_index(@days, 1), do: defp(day_name(unquote(number)), do: unquote(name))
end
