# Digests, authentication codes and ciphers.
hex = &IO.puts(Base.encode16(&1, case: :lower))
for type <- [:md4, :md5, :ripemd160, :sha, :sha224, :sha256, :sha384, :sha512, :sha3_224, :sha3_256, :sha3_384, :sha3_512, :blake2b, :blake2s] do
  hex.(:crypto.hash(type, "abc"))
  hex.(:crypto.hash(type, []))
  hex.(:crypto.hash_init(type) |> :crypto.hash_update("ab") |> :crypto.hash_update([?c]) |> :crypto.hash_final())
  hex.(:crypto.mac(:hmac, type, "key", String.duplicate("data", 50)))
  hex.(:crypto.mac(:hmac, type, String.duplicate("long key", 40), ["da", 'ta']))
  hex.(:crypto.mac_init(:hmac, type, "key") |> :crypto.mac_update("da") |> :crypto.mac_update("ta") |> :crypto.mac_final())
  IO.inspect(:crypto.hash_info(type))
end

for type <- [:sha, :sha256, :sha512], do: hex.(:crypto.pbkdf2_hmac(type, "password", "salt", 7, 50))
key = fn bits -> binary_part(:crypto.hash(:sha512, "key"), 0, div(bits, 8)) end
vector = "0123456789abcdef"
text = "a text of thirty-two characters!"

for bits <- [128, 192, 256], mode <- [:cbc, :ctr] do
  name = :"aes_#{bits}_#{mode}"
  made = :crypto.crypto_one_time(name, key.(bits), vector, text, true)
  hex.(made)
  IO.inspect(:crypto.crypto_one_time(name, key.(bits), vector, made, false))
  padded = :crypto.crypto_one_time(name, key.(bits), vector, "short", encrypt: true, padding: :pkcs_padding)
  hex.(padded)
  IO.inspect(:crypto.crypto_one_time(name, key.(bits), vector, padded, encrypt: false, padding: :pkcs_padding))
  IO.inspect(:crypto.cipher_info(name).block_size)
end

hex.(:crypto.crypto_one_time(:aes_128_ecb, key.(128), text, true))

for name <- [:aes_128_gcm, :aes_192_gcm, :aes_256_gcm, :chacha20_poly1305] do
  key = key.(:crypto.cipher_info(name).key_length * 8)
  {data, tag} = :crypto.crypto_one_time_aead(name, key, "123456789012", text, "more", true)
  hex.(data <> tag)
  IO.inspect(:crypto.crypto_one_time_aead(name, key, "123456789012", data, "more", tag, false))
  IO.inspect(:crypto.crypto_one_time_aead(name, key, "123456789012", data, "less", tag, false))
end

IO.inspect([byte_size(:crypto.strong_rand_bytes(33)), :crypto.exor("ab", "cd"), :crypto.hash_equals("ab", "cd"), :crypto.mod_pow(3, 50, 1_000_007)])
IO.inspect(:crypto.bytes_to_integer("ab"))

for bad <- [
      fn -> :crypto.hash(:none, "a") end,
      fn -> :crypto.mac(:hmac, :none, "k", "d") end,
      fn -> :crypto.crypto_one_time(:none, "k", "v", "d", true) end,
      fn -> :crypto.crypto_one_time(:aes_128_cbc, "k", "v", "d", true) end,
      fn -> :crypto.hash(:sha, :a) end
    ] do
  try do
    bad.()
  rescue
    error -> IO.puts(error |> Exception.message() |> String.split("\n") |> hd())
  end
end
