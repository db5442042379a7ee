defmodule String.Break do
  @moduledoc false
  # White space at the ends of texts.

  # The code points that Unicode calls white space.
  defguardp is_trimmable(char)
            when char in [0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000] or char in 0x09..0x0D or char in 0x2000..0x200A

  def trim_leading(string) when is_binary(string), do: skipped(string)

  defp skipped(<<char::utf8, rest::binary>>) when is_trimmable(char), do: skipped(rest)
  defp skipped(string), do: string

  def trim_trailing(string) when is_binary(string), do: binary_part(string, 0, trimmed_size(string, byte_size(string)))

  defp trimmed_size(_string, 0), do: 0

  defp trimmed_size(string, size) do
    case :binary.at(string, size - 1) do
      char when char == 0x20 or char in 0x09..0x0D -> trimmed_size(string, size - 1)
      char when char < 0x80 -> size
      _ -> trimmed_wide(string, size)
    end
  end

  defp trimmed_wide(string, size) do
    skip2 = size - 2
    skip3 = size - 3

    case string do
      <<_::binary-size(skip2), char::utf8, _::binary>> when skip2 >= 0 and char in 0x80..0x7FF and is_trimmable(char) -> trimmed_size(string, skip2)
      <<_::binary-size(skip3), char::utf8, _::binary>> when skip3 >= 0 and char > 0x7FF and is_trimmable(char) -> trimmed_size(string, skip3)
      _ -> size
    end
  end
end
