defmodule BaseTest do
  use ExUnit.Case, async: true

  test "decode16" do
    assert Base.decode16("12") === {:ok, <<18>>}
    assert Base.decode16("12abc") === :error
    assert Base.decode16("") === {:ok, ""}
  end

  test "decode64" do
    assert Base.decode64("12") === :error
    assert Base.decode64("") === {:ok, ""}
    assert Base.decode64("0x1F") === {:ok, <<211, 29, 69>>}
  end

  test "decode32" do
    assert Base.decode32("12") === :error
    assert Base.decode32("") === {:ok, ""}
  end

  test "decode16!" do
    assert Base.decode16!("12", case: :mixed) === <<18>>
    assert Base.decode16!("", case: :mixed) === ""
    assert Base.decode16!("ff", case: :mixed) === <<255>>

    assert message(ArgumentError, fn -> Base.decode16!("12abc", case: :mixed) end) ==
             "string given to decode has wrong length. An even number of bytes was expected, got: 5. Double check your string for unwanted characters or pad it accordingly"
  end

  test "decode64!" do
    assert Base.decode64!("12", padding: false) === <<215>>
    assert Base.decode64!("+5", padding: false) === <<251>>
    assert Base.decode64!("") === ""
    assert Base.decode64!("abc", padding: false) === <<105, 183>>
    assert Base.decode64!("1e3", padding: false) === <<213, 237>>
    assert Base.decode64!("0x1F") === <<211, 29, 69>>
    assert Base.decode64!("ff", padding: false) === "}"
    assert Base.decode64!("zz", padding: false) === <<207>>
    assert message(ArgumentError, fn -> Base.decode64!("12") end) == "incorrect padding"
  end

  test "decode32!" do
    assert Base.decode32!("") === ""
    assert message(ArgumentError, fn -> Base.decode32!("12") end) == "incorrect padding"
  end

  test "url_decode64!" do
    assert Base.url_decode64!("") === ""
    assert Base.url_decode64!("0x1F") === <<211, 29, 69>>
    assert message(ArgumentError, fn -> Base.url_decode64!("12") end) == "incorrect padding"
  end

  test "hex_decode32!" do
    assert Base.hex_decode32!("") === ""
    assert message(ArgumentError, fn -> Base.hex_decode32!("12") end) == "incorrect padding"
  end

  test "encode16" do
    assert Base.encode16("12", case: :lower) === "3132"
    assert Base.encode16("12abc", case: :lower) === "3132616263"
    assert Base.encode16("-5", case: :lower) === "2d35"
    assert Base.encode16("+5", case: :lower) === "2b35"
    assert Base.encode16("", case: :lower) === ""
    assert Base.encode16("abc", case: :lower) === "616263"
    assert Base.encode16("1_000", case: :lower) === "315f303030"
    assert Base.encode16(" 1", case: :lower) === "2031"
    assert Base.encode16("1.5", case: :lower) === "312e35"
    assert Base.encode16("1.", case: :lower) === "312e"
    assert Base.encode16(".5", case: :lower) === "2e35"
    assert Base.encode16("1e3", case: :lower) === "316533"
  end

  test "encode64" do
    assert Base.encode64("12") === "MTI="
    assert Base.encode64("12abc") === "MTJhYmM="
    assert Base.encode64("-5") === "LTU="
    assert Base.encode64("+5") === "KzU="
    assert Base.encode64("") === ""
    assert Base.encode64("abc") === "YWJj"
    assert Base.encode64("1_000") === "MV8wMDA="
    assert Base.encode64(" 1") === "IDE="
    assert Base.encode64("1.5") === "MS41"
    assert Base.encode64("1.") === "MS4="
    assert Base.encode64(".5") === "LjU="
    assert Base.encode64("1e3") === "MWUz"
  end

  test "encode32" do
    assert Base.encode32("12") === "GEZA===="
    assert Base.encode32("12abc") === "GEZGCYTD"
    assert Base.encode32("-5") === "FU2Q===="
    assert Base.encode32("+5") === "FM2Q===="
    assert Base.encode32("") === ""
    assert Base.encode32("abc") === "MFRGG==="
    assert Base.encode32("1_000") === "GFPTAMBQ"
    assert Base.encode32(" 1") === "EAYQ===="
    assert Base.encode32("1.5") === "GEXDK==="
    assert Base.encode32("1.") === "GEXA===="
    assert Base.encode32(".5") === "FY2Q===="
    assert Base.encode32("1e3") === "GFSTG==="
  end

  test "url_encode64" do
    assert Base.url_encode64("12", padding: false) === "MTI"
    assert Base.url_encode64("12abc", padding: false) === "MTJhYmM"
    assert Base.url_encode64("-5", padding: false) === "LTU"
    assert Base.url_encode64("+5", padding: false) === "KzU"
    assert Base.url_encode64("", padding: false) === ""
    assert Base.url_encode64("abc", padding: false) === "YWJj"
    assert Base.url_encode64("1_000", padding: false) === "MV8wMDA"
    assert Base.url_encode64(" 1", padding: false) === "IDE"
    assert Base.url_encode64("1.5", padding: false) === "MS41"
    assert Base.url_encode64("1.", padding: false) === "MS4"
    assert Base.url_encode64(".5", padding: false) === "LjU"
    assert Base.url_encode64("1e3", padding: false) === "MWUz"
  end

  test "hex_encode32" do
    assert Base.hex_encode32("12") === "64P0===="
    assert Base.hex_encode32("12abc") === "64P62OJ3"
    assert Base.hex_encode32("-5") === "5KQG===="
    assert Base.hex_encode32("+5") === "5CQG===="
    assert Base.hex_encode32("") === ""
    assert Base.hex_encode32("abc") === "C5H66==="
    assert Base.hex_encode32("1_000") === "65FJ0C1G"
    assert Base.hex_encode32(" 1") === "40OG===="
    assert Base.hex_encode32("1.5") === "64N3A==="
    assert Base.hex_encode32("1.") === "64N0===="
    assert Base.hex_encode32(".5") === "5OQG===="
    assert Base.hex_encode32("1e3") === "65IJ6==="
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
