defmodule :crypto do
  @moduledoc """
  Erlang's `:crypto`, as far as digests, authentication codes, AES, ChaCha20-Poly1305 and randomness go.

  What else OTP has (keys, signatures, curves, engines) raises `:notsup` as an OTP does whose OpenSSL lacks it.

  ## Examples

      iex> Base.encode16(:crypto.hash(:sha256, "abc"), case: :lower) |> binary_part(0, 16)
      "ba7816bf8f01cfea"
      iex> byte_size(:crypto.strong_rand_bytes(16))
      16
  """

  @hashes [:blake2s, :blake2b, :sha3_512, :sha3_384, :sha3_256, :sha3_224, :sha512, :sha384, :sha256, :sha224, :sha, :ripemd160, :md5, :md4]

  # What `hash_info/1` tells: name, number in OpenSSL, bytes of the digest, bytes of a block.
  @infos [
    {:md4, 257, 16, 64},
    {:md5, 4, 16, 64},
    {:ripemd160, 117, 20, 64},
    {:sha, 64, 20, 64},
    {:sha224, 675, 28, 64},
    {:sha256, 672, 32, 64},
    {:sha384, 673, 48, 128},
    {:sha512, 674, 64, 128},
    {:sha3_224, 1096, 28, 144},
    {:sha3_256, 1097, 32, 136},
    {:sha3_384, 1098, 48, 104},
    {:sha3_512, 1099, 64, 72},
    {:blake2b, 1056, 64, 128},
    {:blake2s, 1057, 32, 64}
  ]

  # Name, bytes of the key, of the vector, of a block; mode; number in OpenSSL.
  @ciphers [
    {:aes_128_cbc, 16, 16, 16, :cbc_mode, 419},
    {:aes_192_cbc, 24, 16, 16, :cbc_mode, 423},
    {:aes_256_cbc, 32, 16, 16, :cbc_mode, 427},
    {:aes_128_ecb, 16, 0, 16, :ecb_mode, 418},
    {:aes_192_ecb, 24, 0, 16, :ecb_mode, 422},
    {:aes_256_ecb, 32, 0, 16, :ecb_mode, 426},
    {:aes_128_ctr, 16, 16, 1, :ctr_mode, :undefined},
    {:aes_192_ctr, 24, 16, 1, :ctr_mode, :undefined},
    {:aes_256_ctr, 32, 16, 1, :ctr_mode, :undefined},
    {:aes_128_gcm, 16, 12, 1, :gcm_mode, 895},
    {:aes_192_gcm, 24, 12, 1, :gcm_mode, 898},
    {:aes_256_gcm, 32, 12, 1, :gcm_mode, 901},
    {:chacha20_poly1305, 32, 12, 1, :stream_cipher, 1018}
  ]

  # The names without a size, which the key tells.
  @sized %{aes_cbc: "cbc", aes_ecb: "ecb", aes_ctr: "ctr", aes_gcm: "gcm"}

  @doc "Starts nothing, for nothing needs to be started."
  def start(), do: :ok

  @doc "Stops nothing."
  def stop(), do: :ok

  @doc "Gives the version of OTP's application that this stands for."
  def version(), do: ~c"5.1.2"

  @doc "Tells what the digests and ciphers come from."
  def info_lib(), do: [{"RustCrypto", 0, "RustCrypto"}]

  @doc "Tells that no mode of approved algorithms is in use."
  def info_fips(), do: :not_supported

  @doc "Lists what there is, by kind."
  def supports() do
    for kind <- [:hashs, :ciphers, :public_keys, :macs, :curves, :rsa_opts], do: {kind, supports(kind)}
  end

  @doc "Lists what there is of a kind."
  def supports(:hashs), do: @hashes
  def supports(:ciphers), do: for({name, _, _, _, _, _} <- @ciphers, do: name) ++ Map.keys(@sized)
  def supports(:macs), do: [:hmac]
  def supports(kind) when kind in [:public_keys, :curves, :rsa_opts], do: []

  ## Digests

  @doc "Gives the digest of iodata. Raises for a name that is unknown."
  @spec hash(atom, iodata) :: binary
  def hash(type, data) do
    case :beamlet_crypto.hash(type, flat(data, [type, data])) do
      :undefined -> bad("hash.c", 108, "Bad digest type")
      digest -> digest
    end
  end

  @doc "Starts a digest of data that comes in parts."
  @spec hash_init(atom) :: reference
  def hash_init(type) do
    case :beamlet_crypto.hash_init(type) do
      :undefined -> bad("hash.c", 142, "Bad digest type")
      state -> state
    end
  end

  @doc "Takes in more data; gives another state."
  @spec hash_update(reference, iodata) :: reference
  def hash_update(state, data), do: :beamlet_crypto.hash_update(state, flat(data, [state, data]))

  @doc "Gives the digest of what was taken in."
  @spec hash_final(reference) :: binary
  def hash_final(state), do: :beamlet_crypto.hash_final(state)

  @doc "Tells the sizes of a digest and its blocks."
  @spec hash_info(atom) :: map
  def hash_info(type) do
    case :lists.keyfind(type, 1, @infos) do
      {_, number, size, block} -> %{block_size: block, size: size, type: number}
      false -> bad("hash.c", 60, "Bad digest type")
    end
  end

  @doc "Compares two binaries of one size in a time that does not depend on where they differ."
  @spec hash_equals(binary, binary) :: boolean
  def hash_equals(left, right) when byte_size(left) == byte_size(right), do: differences(left, right, 0) == 0
  def hash_equals(left, right), do: :erlang.error(:badarg, [left, right])

  defp differences(<<x, left::binary>>, <<y, right::binary>>, found),
    do: differences(left, right, :erlang.bor(found, :erlang.bxor(x, y)))

  defp differences("", "", found), do: found

  ## Authentication codes

  @doc "Gives the code of a message: `:hmac` only, which needs a digest besides."
  @spec mac(atom, iodata, iodata) :: binary
  def mac(:hmac, _key, _data), do: bad("mac.c", 263, "Bad digest algorithm for HMAC")
  def mac(:poly1305, _key, _data), do: unsupported("mac.c", 371, "Unsupported mac algorithm")
  def mac(_type, _key, _data), do: bad("mac.c", 233, "Unknown mac algorithm")

  @doc "Gives the code of a message with a digest."
  @spec mac(atom, atom, iodata, iodata) :: binary
  def mac(:hmac, type, key, data) do
    args = [:hmac, type, key, data]

    case :beamlet_crypto.hmac(type, flat(key, args), flat(data, args)) do
      :undefined -> bad("mac.c", 263, "Bad digest algorithm for HMAC")
      code -> code
    end
  end

  def mac(:cmac, _type, _key, _data), do: unsupported("mac.c", 319, "Unsupported mac algorithm")
  def mac(_kind, _type, _key, _data), do: bad("mac.c", 233, "Unknown mac algorithm")

  @doc "As `mac/3`, cut to a length."
  def macN(kind, key, data, length), do: :binary.part(mac(kind, key, data), 0, length)

  @doc "As `mac/4`, cut to a length."
  def macN(kind, type, key, data, length), do: cut(mac(kind, type, key, data), length)

  defp cut(code, length) when length > byte_size(code), do: code
  defp cut(code, length), do: :binary.part(code, 0, length)

  @doc "Starts a code of a message that comes in parts."
  def mac_init(:hmac, _key), do: bad("mac.c", 579, "Bad digest algorithm for HMAC")
  def mac_init(_kind, _key), do: bad("mac.c", 549, "Unknown mac algorithm")

  @doc "Starts a code, with a digest, of a message that comes in parts."
  def mac_init(:hmac, type, key) do
    %{block_size: block} = hash_info(type)
    key = flat(key, [:hmac, type, key])
    key = if byte_size(key) > block, do: hash(type, key), else: key
    key = key <> :binary.copy(<<0>>, block - byte_size(key))
    padded = fn pad -> for(<<byte <- key>>, into: "", do: <<:erlang.bxor(byte, pad)>>) end
    {:hmac_state, hash_update(hash_init(type), padded.(0x36)), hash_update(hash_init(type), padded.(0x5C))}
  end

  def mac_init(_kind, _type, _key), do: bad("mac.c", 549, "Unknown mac algorithm")

  @doc "Takes in more of a message."
  def mac_update({:hmac_state, inner, outer}, data), do: {:hmac_state, hash_update(inner, data), outer}

  @doc "Gives the code."
  def mac_final({:hmac_state, inner, outer}), do: hash_final(hash_update(outer, hash_final(inner)))

  @doc "Gives the code, cut to a length."
  def mac_finalN(state, length), do: cut(mac_final(state), length)

  @doc "Derives a key from a password."
  @spec pbkdf2_hmac(atom, iodata, iodata, pos_integer, pos_integer) :: binary
  def pbkdf2_hmac(type, password, salt, rounds, length) do
    args = [type, password, salt, rounds, length]

    case :beamlet_crypto.pbkdf2(type, flat(password, args), flat(salt, args), rounds, length) do
      :undefined -> bad("pbkdf2_hmac.c", 70, "Bad digest type")
      key -> key
    end
  end

  ## Ciphers

  @doc "Lists the ciphers."
  def ciphers(), do: supports(:ciphers)

  @doc "Tells sizes and mode of a cipher."
  @spec cipher_info(atom) :: map
  def cipher_info(name) do
    case :lists.keyfind(name, 1, @ciphers) do
      {_, key, vector, block, mode, number} ->
        %{
          block_size: block,
          iv_length: vector,
          key_length: key,
          mode: mode,
          prop_aead: mode == :gcm_mode or name == :chacha20_poly1305,
          type: number
        }

      false ->
        :erlang.error(:badarg, [name])
    end
  end

  @doc "Encrypts or decrypts with a cipher that takes no vector."
  def crypto_one_time(name, key, data, options), do: crypto_one_time(name, key, "", data, options)

  @doc "Encrypts (`true` or `encrypt: true`) or decrypts. With `padding: :pkcs_padding` a last block is filled up; otherwise it is left out."
  @spec crypto_one_time(atom, iodata, iodata, iodata, boolean | keyword) :: binary
  def crypto_one_time(name, key, vector, data, options) do
    args = [name, key, vector, data, options]
    {encrypt, padding} = direction(options)
    {key, vector, data} = {flat(key, args), flat(vector, args), flat(data, args)}
    {name, key_size, vector_size, block} = cipher(name, key)

    cond do
      byte_size(key) != key_size -> bad("api_ng.c", 244, "Bad key size")
      byte_size(vector) != vector_size and vector_size > 0 -> bad("api_ng.c", 310, "Bad iv size")
      true -> whole(:beamlet_crypto.cipher(name, key, vector, padded(data, block, encrypt, padding), encrypt), block, encrypt, padding)
    end
  end

  defp direction(encrypt) when is_boolean(encrypt), do: {encrypt, :undefined}
  defp direction(options), do: {:proplists.get_value(:encrypt, options, true), :proplists.get_value(:padding, options, :undefined)}

  defp cipher(name, key) do
    name =
      case @sized do
        %{^name => mode} -> :erlang.binary_to_atom("aes_#{byte_size(key) * 8}_#{mode}")
        _ -> name
      end

    case :lists.keyfind(name, 1, @ciphers) do
      {_, key_size, vector, block, mode, _} when mode in [:cbc_mode, :ecb_mode, :ctr_mode] -> {name, key_size, vector, block}
      {_, _, _, _, _, _} -> bad("api_ng.c", 246, "Missing iv")
      false -> bad("api_ng.c", 242, "Unknown cipher")
    end
  end

  defp padded(data, 1, _encrypt, _padding), do: data

  defp padded(data, block, true, :pkcs_padding) do
    missing = block - rem(byte_size(data), block)
    data <> :binary.copy(<<missing>>, missing)
  end

  defp padded(data, block, true, kind) when kind in [:zero, :random] do
    missing = rem(block - rem(byte_size(data), block), block)
    data <> if(kind == :zero, do: :binary.copy(<<0>>, missing), else: strong_rand_bytes(missing))
  end

  defp padded(data, block, _encrypt, :none) when rem(byte_size(data), block) != 0,
    do: :erlang.error({:error, {~c"api_ng.c", 112}, ~c"Padding 'none' but unfilled last block"})

  # The last block, when it is not whole, is kept for data that never comes.
  defp padded(data, block, _encrypt, _padding), do: :binary.part(data, 0, byte_size(data) - rem(byte_size(data), block))

  defp whole(data, block, false, :pkcs_padding) when block > 1 and data != "" do
    count = :binary.last(data)
    kept = byte_size(data) - count

    if count in 1..block and :binary.part(data, kept, count) == :binary.copy(<<count>>, count),
      do: :binary.part(data, 0, kept),
      else: :erlang.error({:error, {~c"api_ng.c", 112}, ~c"Can't finalize"})
  end

  defp whole(data, _block, _encrypt, _padding), do: data

  @doc "Starts encrypting or decrypting data that comes in parts, with a cipher that takes no vector."
  def crypto_init(name, key, options), do: crypto_init(name, key, "", options)

  @doc "Starts encrypting or decrypting data that comes in parts. The state belongs to the calling process."
  def crypto_init(name, key, vector, options) do
    # The process keeps what came before, and each part is worked on after it: O(n) for each.
    reference = :erlang.make_ref()
    :erlang.put({:crypto_state, reference}, {name, key, vector, options, "", 0})
    reference
  end

  @doc "Gives what the next part makes."
  def crypto_update(reference, data) do
    {name, key, vector, options, before, given} = :erlang.get({:crypto_state, reference})
    before = before <> flat(data, [reference, data])
    {encrypt, padding} = direction(options)
    made = crypto_one_time(name, key, vector, before, encrypt)
    # When decrypting with padding the last block waits for the end.
    ready = if not encrypt and padding != :undefined, do: max(byte_size(made) - 16, given), else: byte_size(made)
    :erlang.put({:crypto_state, reference}, {name, key, vector, options, before, ready})
    :binary.part(made, given, ready - given)
  end

  @doc "Gives what is left at the end."
  def crypto_final(reference) do
    {name, key, vector, options, before, given} = :erlang.get({:crypto_state, reference})
    made = crypto_one_time(name, key, vector, before, options)
    :binary.part(made, given, byte_size(made) - given)
  end

  @doc "Encrypts and authenticates: `{encrypted, tag}`; or with `false`, not given a tag, raises."
  def crypto_one_time_aead(name, key, vector, data, aad, encrypt),
    do: crypto_one_time_aead(name, key, vector, data, aad, 16, encrypt)

  @doc "Encrypts, given the length of a tag, or decrypts, given the tag: the data or `:error`."
  @spec crypto_one_time_aead(atom, iodata, iodata, iodata, iodata, term, boolean) :: {binary, binary} | binary | :error
  def crypto_one_time_aead(name, key, vector, data, aad, tag, encrypt) do
    args = [name, key, vector, data, aad, tag, encrypt]
    {key, vector} = {flat(key, args), flat(vector, args)}
    name = if name == :aes_gcm, do: :erlang.binary_to_atom("aes_#{byte_size(key) * 8}_gcm"), else: name

    case :lists.keyfind(name, 1, @ciphers) do
      {_, size, _, _, mode, _} when mode in [:gcm_mode, :stream_cipher] ->
        if byte_size(key) != size, do: bad("aead.c", 80, "Bad key size")

      {_, _, _, _, _, _} ->
        unsupported("aead.c", 90, "The cipher is not an AEAD one")

      false ->
        bad("aead.c", 90, "Unknown cipher")
    end

    case :beamlet_crypto.aead(name, key, vector, flat(data, args), flat(aad, args), if(encrypt, do: true, else: tag)) do
      :undefined -> bad("aead.c", 115, "Bad IV length")
      {encrypted, made} -> {encrypted, cut(made, tag)}
      result -> result
    end
  end

  @doc "Combines two binaries of one size bit by bit."
  @spec exor(iodata, iodata) :: binary
  def exor(left, right) do
    {left, right} = {flat(left, [left, right]), flat(right, [left, right])}
    if byte_size(left) != byte_size(right), do: :erlang.error(:badarg, [left, right])
    exor_bytes(left, right, "")
  end

  defp exor_bytes(<<x, left::binary>>, <<y, right::binary>>, made), do: exor_bytes(left, right, <<made::binary, :erlang.bxor(x, y)>>)
  defp exor_bytes("", "", made), do: made

  ## Randomness and numbers

  @doc "Gives random bytes from the host's source of randomness."
  @spec strong_rand_bytes(non_neg_integer) :: binary
  def strong_rand_bytes(count), do: :beamlet_crypto.random(count)

  @doc "Does nothing: the host's source needs no seed."
  def rand_seed(_seed), do: :ok

  @doc "Gives a random integer from a number to below another."
  def rand_uniform(low, high) when is_integer(low) and is_integer(high) and low < high, do: low + below(high - low)

  defp below(range) do
    bits = bits(range - 1, 0)
    <<number::size(bits), _::bitstring>> = strong_rand_bytes(div(bits + 7, 8))
    if number < range, do: number, else: below(range)
  end

  defp bits(0, count), do: count
  defp bits(number, count), do: bits(:erlang.bsr(number, 1), count + 1)

  @doc "Gives the number that bytes stand for, most significant first."
  @spec bytes_to_integer(binary) :: non_neg_integer
  def bytes_to_integer(bytes), do: :binary.decode_unsigned(bytes)

  @doc "Raises a number to a power, modulo another; gives bytes, most significant first."
  @spec mod_pow(integer | binary, integer | binary, integer | binary) :: binary
  def mod_pow(base, exponent, modulus), do: :beamlet_crypto.mod_pow(unsigned(base), unsigned(exponent), unsigned(modulus))

  defp unsigned(number) when is_integer(number), do: :binary.encode_unsigned(number)
  defp unsigned(bytes), do: bytes

  ## Errors

  defp flat(data, _args), do: :erlang.iolist_to_binary(data)

  @spec bad(binary, integer, binary) :: no_return
  defp bad(file, line, text), do: :erlang.error({:badarg, {to_list(file), line}, to_list(text)})

  @spec unsupported(binary, integer, binary) :: no_return
  defp unsupported(file, line, text), do: :erlang.error({:notsup, {to_list(file), line}, to_list(text)})

  defp to_list(text), do: :erlang.binary_to_list(text)

  for {name, arity} <- [
        sign: 4,
        sign: 5,
        verify: 5,
        verify: 6,
        generate_key: 2,
        generate_key: 3,
        compute_key: 4,
        public_encrypt: 4,
        private_decrypt: 4,
        private_encrypt: 4,
        public_decrypt: 4,
        privkey_to_pubkey: 2
      ] do
    args = Macro.generate_arguments(arity, __MODULE__)
    @doc "Raises `:notsup`: there are no keys here."
    def unquote(name)(unquote_splicing(args)) do
      _ = unquote(args)
      :erlang.error({:notsup, {~c"beamlet", 0}, ~c"Public keys are not supported"})
    end
  end
end
